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
// seconds has its turn later, once what she wrote or chose there is sent.
const isInUse = (part) => part.contains(document.activeElement?.closest("input, select, textarea") ?? null);
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  if (!requestConfig.elt.matches("[hx-trigger^=every]")) return;
  if (isInUse(target) || [...unsaved].some((form) => target.contains(form))) event.detail.shouldSwap = false;
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
