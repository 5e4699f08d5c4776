// What every page in the frame does when scripts run; each part is comfort, none is needed.
import "./watching.js"; // first: it keeps what the server wrote
import "./forms.js";
import "./length.js";
import "./copying.js";
import "./platform.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
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
