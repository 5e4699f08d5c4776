// What every page in the frame does when scripts run; each part is comfort, none is needed.
import "./forms.js";
import "./length.js";
import "./copying.js";
import "./platform.js";
import { unsaved } from "./unsaved.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
});

// A part of the page in which somebody writes or chooses is not replaced under her hands. What is fetched every few
// seconds has its turn later, once what she wrote or chose there is sent; what is open in it stays open, and the focus
// stays with the same words, or with the part that they have gone from.
const isInUse = (part) => part.contains(document.activeElement?.closest("input, select, textarea") ?? null);
const allIn = (part, kind) => [...part.querySelectorAll(kind)];
const saying = (part, words) => allIn(part, "a, button, summary").filter((each) => each.textContent === words);
const partsOf = (asking, target) => {
  const others = asking.getAttribute("hx-select-oob")?.split(",") ?? [];
  return [target, ...others.map((each) => document.querySelector(each.split(":")[0]))].filter(Boolean);
};
let stood = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  stood = [];
  if (!requestConfig.elt.matches("[hx-trigger^=every]")) return;
  const parts = partsOf(requestConfig.elt, target);
  const isHeld = (part) => isInUse(part) || [...unsaved].some((form) => part.contains(form));
  if (parts.some(isHeld)) event.detail.shouldSwap = false;
  else stood = parts.map((part) => {
    const open = allIn(part, "details").map((each) => each.open);
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    const words = held?.textContent;
    return { id: part.id, open, held, words, nth: held && saying(part, words).indexOf(held) };
  });
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
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (isInUse(event.detail.target)) event.detail.shouldSwap = false;
});

// A link that says it is a button also answers the space bar, as buttons do.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches("a[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});

// The menu that was open where there was little room is closed where the bar has room for what it holds.
matchMedia("(max-width: 600px)").addEventListener("change", () => {
  document.querySelector("#ways:popover-open")?.hidePopover();
});
