// What every page in the frame does when scripts run; each part is comfort, none is needed.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
});

// Whoever leaves with a text that was written and not saved is asked first, by the browser in its own words.
let unsaved = null;
document.addEventListener("input", (event) => {
  if (event.target.matches("main textarea")) unsaved = event.target.form;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// A second click on a button that is already sending does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  if (form === unsaved) unsaved = null;
  window.addEventListener("pageshow", () => delete form.dataset.sending, { once: true });
});

// A link that says it is a button also answers the space bar, as buttons do.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches("a[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});

// The platform is asked for the height we need; a platform that does not answer loses nothing.
const fit = () => {
  const message = { subject: "lti.frameResize", height: document.documentElement.offsetHeight + 32 };
  if (window.parent !== window) window.parent.postMessage(JSON.stringify(message), "*");
};
window.addEventListener("load", fit);
new ResizeObserver(fit).observe(document.body);

// After a form that could not be accepted, the summary of what is wrong takes the focus.
document.querySelector("[data-error-summary]")?.focus();
