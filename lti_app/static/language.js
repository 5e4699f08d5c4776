// The button that changes the language comes back to the page that it was pressed on, and takes along what was written
// there and is not saved. Before what cannot come along is lost, the browser asks (unsaved.js).
import { actionOf, hold, release, saves, unsaved } from "./unsaved.js";

const KEPT = "written";
// Each page has its own proof of who sends its forms.
const TAKEN = ":is(input, select, textarea)[name]:not([type=file], [name=csrf_token], [name=token])";
const address = () => location.pathname + location.search;
const opened = address();
const summary = () => document.querySelector("main [data-error-summary]");
const alike = (action) => [...document.forms].filter((form) => saves(form) && actionOf(form) === action);

// The controls by name. Boxes are told apart by what they stand for: another language may list them in another order.
const controlsOf = (form) => {
  const found = new Map();
  for (const each of form?.elements ?? []) {
    if (!each.matches(TAKEN)) continue;
    const name = isBox(each) ? `${each.name}=${each.value}` : each.name;
    let nth = 0;
    while (found.has(`${name} ${nth}`)) nth += 1;
    found.set(`${name} ${nth}`, each);
  }
  return found;
};
const isBox = ({ type }) => type === "checkbox" || type === "radio";
const stateOf = (each) => (isBox(each) ? each.checked : each.value);
const setTo = (each, state) => {
  if (isBox(each)) each.checked = state;
  else each.value = state;
};
const isAsItCame = (each) => {
  if (each.options) return each.selectedIndex === Math.max(0, [...each.options].findIndex((option) => option.defaultSelected));
  return isBox(each) ? each.checked === each.defaultChecked : each.value === each.defaultValue;
};

// A form that was refused came with what is not saved; of another, what was changed goes along, and what its page
// hides in it, such as the version that was being read.
const taken = (form, isRefused) => {
  const action = actionOf(form);
  const goes = ([, each]) => isRefused || each.type === "hidden" || !isAsItCame(each);
  const states = [...controlsOf(form)].filter(goes).map(([name, each]) => [name, stateOf(each)]);
  return { action, nth: alike(action).indexOf(form), states };
};

// False where the browser keeps nothing for pages in a frame, or not so much.
const keep = (text) => {
  try {
    sessionStorage.setItem(KEPT, text);
    return true;
  } catch {
    return false;
  }
};

// A page that shows two texts at once does not come back, and neither does a chosen file.
const comesBack = (form) => !form.matches("[data-unsaved]") && ![...form.elements].some((each) => each.files?.length);

const takeAlong = (back) => {
  const forms = [...unsaved];
  if (!back || !forms.every(comesBack)) return;
  const isRefused = Boolean(summary());
  const kept = { path: new URL(back, location.href).pathname, isRefused, forms: forms.map((form) => taken(form, isRefused)) };
  if (!keep(JSON.stringify(kept))) return;
  release(...forms);
  window.addEventListener("pageshow", () => hold(...forms), { once: true }); // Back brings the page itself
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (!form.matches("form[data-language]")) {
    keep(""); // which is older than what another form sends
    return;
  }
  // A list that was narrowed has another address now. Where the page comes from a form that was refused, its address
  // is that of an act: the server has said where to go.
  const { back } = form.elements;
  if (address() !== opened) back.value = address();
  if (unsaved.size) takeAlong(back.value);
});

// The first control that says something else now than what came with the page.
const putBack = ({ action, nth, states }) => {
  const controls = controlsOf(alike(action)[nth]);
  let first;
  for (const [name, state] of states) {
    const each = controls.get(name);
    if (!each) continue;
    setTo(each, state);
    if (isAsItCame(each)) continue;
    first ??= each;
    for (const kind of ["input", "change"]) each.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  return first;
};

const comeBack = () => {
  // Where the language could not be changed, Back leads to the page that it was kept for.
  if (document.querySelector("main[data-error-code]")) return;
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  keep("");
  if (kept?.path !== location.pathname) return;
  const isLost = kept.forms.some(({ action, nth }) => !alike(action)[nth]);
  const first = kept.forms.map(putBack).find(Boolean);
  if (!first && !isLost) return;
  const words = document.querySelector("form[data-language]").dataset;
  const notice = document.createElement("p");
  notice.className = "note warn";
  notice.setAttribute("role", "status");
  const told = kept.isRefused ? words.refused : words.kept;
  notice.append(`${isLost ? words.lost : told} `);
  if (first?.id) notice.append(Object.assign(document.createElement("a"), { href: `#${first.id}`, textContent: words.goThere }));
  document.querySelector("main h1").after(notice);
};

try {
  comeBack();
} catch {
  // The browser keeps nothing for pages in a frame.
}
