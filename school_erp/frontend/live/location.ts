export interface Place {
  latitude: number;
  longitude: number;
  accuracy: number;
}

const LONGEST_MS = 8_000;
const AS_OLD_AS_MS = 60_000;

/** Nothing where the phone does not say: the school decides what that means. */
export function locate(): Promise<Place | null> {
  return new Promise((found) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => found({ latitude, longitude, accuracy: Math.min(accuracy, 100_000) }),
      () => found(null),
      { enableHighAccuracy: true, timeout: LONGEST_MS, maximumAge: AS_OLD_AS_MS },
    );
  });
}
