// What every page in the frame does when scripts run; each part is comfort, none is needed.
import "./forms.js";
import "./length.js";
import "./copying.js";
import "./platform.js";
import { unsaved } from "./unsaved.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
});

// A part of the page in which somebody writes or chooses is not replaced under her hands. One that is fetched every few
// seconds has its turn later, once what she wrote or chose there is sent; what is open in it stays open, and what has
// the focus keeps it.
const isInUse = (part) => part.contains(document.activeElement?.closest("input, select, textarea") ?? null);
const allIn = (part, kind) => [...part.querySelectorAll(kind)];
const CONTROLS = "a, button, summary";
let stood;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  stood = null;
  if (!requestConfig.elt.matches("[hx-trigger^=every]")) return;
  if (isInUse(target) || [...unsaved].some((form) => target.contains(form))) event.detail.shouldSwap = false;
  const controls = allIn(target, CONTROLS);
  stood = {
    id: target.id,
    open: allIn(target, "details").map((each) => each.open),
    held: controls.indexOf(document.activeElement),
    controls: controls.length,
  };
});
document.addEventListener("htmx:afterSwap", () => {
  const part = stood && document.getElementById(stood.id);
  if (!part) return;
  const [details, controls] = [allIn(part, "details"), allIn(part, CONTROLS)];
  if (details.length === stood.open.length) details.forEach((each, n) => { each.open = stood.open[n]; });
  if (controls.length === stood.controls) controls[stood.held]?.focus({ preventScroll: true });
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
