// What is fetched every few seconds (templates/components/watching.html) is not put in under the hands of who writes or
// chooses there: that part has its turn later, once what she wrote or chose is sent. What says the same as before stays,
// so that nothing is read out twice and a document is not fetched again. What is open stays open, and the focus stays
// with the same words, or with the part that they have gone from.
import { unsaved } from "./unsaved.js";

const isWrittenIn = (part) => part.contains(document.activeElement?.closest("input, select, textarea") ?? null);
const isHeld = (part) => isWrittenIn(part) || [...unsaved].some((form) => part.contains(form));
const allIn = (part, kind) => [...part.querySelectorAll(kind)];
const saying = (part, words) => allIn(part, "a, button, summary").filter((each) => each.textContent === words);
const isWatch = (asking) => asking.matches("[hx-trigger^=every]");
const filledBy = (asking) => (asking.getAttribute("hx-select-oob") ?? "").split(",")
  .map((each) => each && document.querySelector(each.split(":")[0])).filter(Boolean);

// What each part was last filled with, as the server wrote it; scripts that come after this one add to what is there.
const shown = new Map(allIn(document, "[hx-trigger^=every]").flatMap(filledBy).map((part) => [part.id, part.innerHTML]));

let stood = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig: { elt }, target } = event.detail;
  stood = [];
  if (!isWatch(elt)) return;
  const parts = filledBy(elt);
  if (isHeld(target)) event.detail.shouldSwap = false;
  else if (parts.some(isHeld)) event.detail.swapOverride = "none"; // it goes on asking, for what has to wait
  stood = [target, ...parts].map((part) => {
    const open = allIn(part, "details").map((each) => each.open);
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    const words = held?.textContent;
    return { id: part.id, open, held, words, nth: held && saying(part, words).indexOf(held) };
  });
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const isWatched = shown.has(target.id);
  const stays = isWatched ? isHeld(target) || fragment.innerHTML === shown.get(target.id) : isWrittenIn(target);
  if (stays) event.detail.shouldSwap = false;
  else if (isWatched) shown.set(target.id, fragment.innerHTML);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const { id, open, held, words, nth } of stood.splice(0)) {
    const part = document.getElementById(id);
    if (!part) continue;
    const details = allIn(part, "details");
    if (details.length === open.length) details.forEach((each, n) => { each.open = open[n]; });
    if (!held || held.isConnected) continue;
    part.tabIndex = -1;
    (saying(part, words)[nth] ?? part).focus({ preventScroll: true });
  }
});
