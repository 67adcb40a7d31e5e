/** A link to a <dialog>'s id opens it as a modal; its "no" closes it and gives the focus back. */
export function openQuestions(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLAnchorElement>("a[data-question]");
    if (opener) return ask(event, opener);
    const no = event.target.closest<HTMLElement>("[data-question-close]");
    if (no) closeQuestion(event, no);
  });
}

function ask(event: Event, opener: HTMLAnchorElement): void {
  const question = document.querySelector<HTMLDialogElement>(opener.hash);
  if (!question) return;
  event.preventDefault();
  question.showModal();
  question.addEventListener("close", () => opener.focus(), { once: true });
}

function closeQuestion(event: Event, no: HTMLElement): void {
  const question = no.closest("dialog");
  if (!question?.open) return;
  event.preventDefault();
  question.close();
}
