interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

type Read = (video: HTMLVideoElement) => Promise<string>;

const BETWEEN_LOOKS_MS = 120;
const LARGEST_SIDE = 720;

/** The text of the first code the camera sees; nothing where the student closes it. */
export async function scan(dialog: HTMLDialogElement): Promise<string> {
  const video = dialog.querySelector("video");
  if (!video) return "";
  const asked = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false };
  video.srcObject = await navigator.mediaDevices.getUserMedia(asked);
  dialog.showModal();
  dialog.addEventListener("close", () => stop(video), { once: true });
  try {
    const read = await reader();
    await video.play();
    while (dialog.open) {
      const text = await read(video);
      if (text) return text;
      await new Promise((resume) => setTimeout(resume, BETWEEN_LOOKS_MS));
    }
    return "";
  } finally {
    closeScanner(dialog);
  }
}

export function closeScanner(dialog: HTMLDialogElement): void {
  if (dialog.open) dialog.close();
}

function stop(video: HTMLVideoElement): void {
  if (video.srcObject instanceof MediaStream) for (const track of video.srcObject.getTracks()) track.stop();
  video.srcObject = null;
}

/** The browser's own, where it has one: it is quicker, and nothing need be fetched. */
async function reader(): Promise<Read> {
  const Own = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (Own && (await Own.getSupportedFormats()).includes("qr_code")) {
    const detector = new Own({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
  }
  const { default: read } = await import("jsqr");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, LARGEST_SIDE / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!context || canvas.width === 0) return "";
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return read(data, width, height)?.data ?? "";
  };
}
