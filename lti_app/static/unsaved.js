// What was written or chosen and not saved, in a form that saves (a search only asks): whoever leaves the page with it
// is asked first, by the browser in its own words. `watchUnsaved` tells now, and at each change, whether there is any.
export const saves = (form) => form?.method === "post" && form.matches("main form");
export const actionOf = (form) => new URL(form.getAttribute("action") ?? "", location.href).pathname;
export const unsaved = new Set();
const watchers = [];

const noting = (change) => {
  const before = unsaved.size;
  change();
  if (Boolean(before) !== Boolean(unsaved.size)) watchers.forEach((tell) => tell(Boolean(unsaved.size)));
};
export const hold = (...forms) => noting(() => forms.forEach((form) => unsaved.add(form)));
export const release = (...forms) => noting(() => forms.forEach((form) => unsaved.delete(form)));

const WRITTEN_IN = ":is(input, textarea):not([type=hidden], [type=file], [data-prefilled])";
const says = ({ type, checked, value }) => (["checkbox", "radio"].includes(type) ? checked : value !== "");
const isFilledIn = (form) => [...form.elements].some((each) => each.matches(WRITTEN_IN) && says(each));

// A form that was refused comes back as it was filled in, and none of that is saved. A file does not come back, and
// what a list offers first or a field came with was not written.
const refused = () => {
  const summary = document.querySelector("main [data-error-summary]");
  const anchor = summary?.querySelector("a[href^='#']")?.hash.slice(1);
  const control = summary && (document.getElementById(anchor) ?? document.querySelector("main [aria-invalid]"));
  const from = control?.closest("form");
  return saves(from) && isFilledIn(from) ? [from] : [];
};

hold(...refused());
// A page that shows what could not be saved says so of the form that still can, or of the text that can only be copied;
// a link beside the form lets that go.
hold(...document.querySelectorAll("main [data-unsaved]"));
document.addEventListener("click", (event) => {
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // this page stays
  if (!isElsewhere && event.target.closest("a[data-lets-go]")) release(...unsaved);
});
document.addEventListener("input", (event) => {
  if (saves(event.target.form)) hold(event.target.form);
});
// What is sent is not lost. Whoever is asked about another form and stays has sent nothing.
let sent = [];
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  sent = [...unsaved].filter((form) => form === event.target);
  release(...sent);
});
window.addEventListener("beforeunload", (event) => {
  if (!unsaved.size) return;
  event.preventDefault();
  setTimeout(() => hold(...sent));
});

export const watchUnsaved = (tell) => {
  watchers.push(tell);
  tell(Boolean(unsaved.size));
};
