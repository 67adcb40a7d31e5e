/** Whoever follows what a notification leads to has read it. */
export function followedIsRead(): void {
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLElement>("[data-reads]") : null;
    const csrf = document.querySelector<HTMLInputElement>("[name=csrf_token]")?.value ?? "";
    if (!link) return;
    // if this is lost, it only stays unread
    void fetch(`/api/v1/notifications/${link.dataset["reads"]}/read`, {
      method: "PUT",
      keepalive: true,
      headers: { "X-CSRF-TOKEN": csrf },
    }).catch(() => undefined);
  });
}
