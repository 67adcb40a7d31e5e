import { followedIsRead } from "../notifications/reading.ts";
import { clearWhoChecksIn } from "../offline/clearing.ts";
import { endWhatWasLeft, watchSigningOut } from "../offline/farewell.ts";
import { textsCanBeCopied } from "../shell/copy.ts";
import { openQuestions } from "../shell/dialogs.ts";
import { submitFiltersAsTheyChange } from "../shell/filters.ts";
import { followKeysEverywhere } from "../shell/keys.ts";
import { closeMenusFromOutside } from "../shell/menus.ts";
import { messagesCanBeDismissed } from "../shell/messages.ts";
import { passwordsCanBeShown } from "../shell/password.ts";
import { pagesCanBePrinted } from "../shell/printing.ts";
import { tellTimesRelatively } from "../shell/relative-time.ts";
import { submitEachFormOnce } from "../shell/submit-once.ts";
import { moveThroughRowsByKey } from "../shell/table-keys.ts";
import { switchTheme } from "../shell/theme.ts";

endWhatWasLeft();
switchTheme();
closeMenusFromOutside();
openQuestions();
submitEachFormOnce();
submitFiltersAsTheyChange();
moveThroughRowsByKey();
followKeysEverywhere();
passwordsCanBeShown();
tellTimesRelatively();
textsCanBeCopied();
messagesCanBeDismissed();
pagesCanBePrinted();
followedIsRead();

// pages of somebody signed in: what nobody is signed in for shows nothing live
if (document.querySelector("[data-rooms]")) {
  void import("../realtime/screen.ts").then(({ keepScreenTrue }) => keepScreenTrue());
}

// pages of whoever marks: what waits is sent from any of them
const marks = document.querySelector("[data-chip]") ? import("../offline/page.ts").catch(() => null) : null;
void marks?.then((found) => found?.thisPage());
watchSigningOut(async () => {
  const page = (await marks)?.thisPage();
  return page ? page.leave() : clearWhoChecksIn();
});
