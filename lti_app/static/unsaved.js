// A text that was written and not saved: whoever leaves the page with one is asked first, by the browser in its own
// words. `watchUnsaved` tells now, and at each change, whether there is one.
let form = null;
const watchers = [];

const note = (changed) => {
  const was = Boolean(form);
  form = changed;
  if (was !== Boolean(form)) watchers.forEach((tell) => tell(Boolean(form)));
};

document.addEventListener("input", (event) => {
  if (event.target.matches("main textarea")) note(event.target.form);
});
document.addEventListener("submit", (event) => {
  if (event.target === form && !event.defaultPrevented) note(null);
});
window.addEventListener("beforeunload", (event) => {
  if (form) event.preventDefault();
});

export const watchUnsaved = (tell) => {
  watchers.push(tell);
  tell(Boolean(form));
};
