// What every page with forms does when scripts run; each part is comfort, none is needed.
import "./once.js";
import "./language.js";
import "./unsaved.js";

// After a form that could not be accepted, the summary of what is wrong takes the focus.
document.querySelector("[data-error-summary]")?.focus();
