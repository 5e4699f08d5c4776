// What was written or chosen and not saved, in a form that saves (a search only asks): whoever leaves the page with it
// is asked first, by the browser in its own words. `watchUnsaved` tells now, and at each change, whether there is any.
const saves = (form) => form?.method === "post" && form.matches("main form");

// A form that was refused comes back as it was filled in, and none of that is saved. A file does not come back.
const refused = () => {
  const summary = document.querySelector("main [data-error-summary]");
  const anchor = summary?.querySelector("a[href^='#']")?.hash.slice(1);
  const control = summary && (document.getElementById(anchor) ?? document.querySelector("main [aria-invalid]"));
  const from = control?.type === "file" ? null : control?.closest("form");
  return saves(from) ? from : null;
};

let form = refused();
const watchers = [];

const note = (changed) => {
  const was = Boolean(form);
  form = changed;
  if (was !== Boolean(form)) watchers.forEach((tell) => tell(Boolean(form)));
};

document.addEventListener("input", (event) => {
  if (saves(event.target.form)) note(event.target.form);
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
