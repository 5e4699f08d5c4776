// What the forms of the editor's sections do when scripts run.

// Enter in a field of the editor presses its first button, which saves. The page that follows is the same one, and
// whoever wrote there goes on there: the field's place goes along in the address, past the answer's redirection.
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const field = document.activeElement;
  if (!form.matches("form.editor") || event.defaultPrevented || field === submitter || !field.matches("input[id]")) return;
  if (submitter?.value === "save") form.action = `${form.action.split("#")[0]}#${encodeURIComponent(field.id)}`;
});

// The notice on top of the page may be out of sight from there, so what it says stands at the field, too.
const fields = [...document.querySelectorAll("form.editor input[id]")];
const place = fields.find((each) => location.hash === `#${encodeURIComponent(each.id)}`);
const notice = document.querySelector("main .note.good[role=status]");
if (notice && place) {
  place.focus({ preventScroll: true });
  const said = (notice.querySelector("p, .row > span") ?? notice).innerText.trim();
  place.after(Object.assign(document.createElement("p"), { className: "muted", textContent: said }));
}

// Whoever ticks one of a list does not mean "Everything".
document.addEventListener("change", ({ target }) => {
  if (!target.matches("#section .within [type=checkbox]:checked")) return;
  const [everything, these] = target.closest(".ticks").querySelectorAll("[type=radio]");
  if (everything?.value === "all" && everything.checked) these.checked = true;
});

// A colour can be picked, too: its swatch and its words are the same.
for (const swatch of document.querySelectorAll("[data-colour]")) {
  const field = document.getElementById(swatch.dataset.colour);
  const follow = () => {
    const word = (field.value.trim() || swatch.dataset.default).replace("#", "").toLowerCase();
    if (/^([0-9a-f]{3}){1,2}$/.test(word)) swatch.value = `#${word.length === 3 ? word.replace(/./g, "$&$&") : word}`;
  };
  swatch.addEventListener("input", () => {
    field.value = swatch.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", follow);
  follow();
  swatch.hidden = false;
}

// The specimen beside the certificate's form, which htmx asks for anew while somebody types.
const showSpecimen = (pane) => {
  const form = pane.previousElementSibling;
  const failed = pane.querySelector("[data-failed]");
  pane.hidden = false;
  document.querySelector(".to-look").hidden = false;

  // It stays where people look. A platform gives the frame all the height that it asks for, so the page does not
  // scroll and nothing can stick to its edge; but a browser tells which part of the form is in sight.
  const place = () => new IntersectionObserver(([seen], watcher) => {
    watcher.disconnect();
    if (pane.classList.contains("large")) return;
    const isBeside = pane.offsetLeft > form.offsetLeft;
    const most = Math.max(0, form.offsetHeight - pane.offsetHeight);
    const first = seen.intersectionRect.top - seen.boundingClientRect.top;
    const last = seen.intersectionRect.bottom - seen.boundingClientRect.top - pane.offsetHeight;
    const now = parseFloat(pane.style.marginTop) || 0;
    const wanted = Math.min(Math.max(now, Math.min(first, last)), Math.max(first, last));
    if (!isBeside) pane.style.marginTop = "";
    else if (seen.isIntersecting) pane.style.marginTop = `${Math.min(Math.max(0, wanted), most)}px`;
  }).observe(form);
  const scrolling = new IntersectionObserver(place, { threshold: [0, 0.5, 1] });
  form.querySelectorAll(".field, .row, h2, h3, legend").forEach((part) => scrolling.observe(part));
  new ResizeObserver(place).observe(pane);

  // Large, it lies where the form is, at the height where it was, until it is put beside it again.
  const button = pane.querySelector(".enlarge");
  const enlarge = () => {
    pane.classList.toggle("large");
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
    place();
  };
  button.addEventListener("click", enlarge);
  pane.querySelector("#look-sheets").addEventListener("click", ({ target }) => {
    if (!button.offsetParent || !target.matches("img")) return;
    enlarge();
    target.scrollIntoView({ block: "nearest" });
  });
  pane.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && pane.classList.contains("large")) enlarge();
  });

  // A request that another one replaces has not failed.
  for (const wrong of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    pane.addEventListener(wrong, () => { failed.hidden = false; });
  }
  pane.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) failed.hidden = true;
  });

  // What stands there already is not put there again: a screen reader would read it once more.
  const told = new WeakMap();
  pane.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    event.detail.shouldSwap = told.get(target) !== fragment.innerHTML;
    told.set(target, fragment.innerHTML);
  });
};

const pane = document.querySelector(".with-look > .look");
if (pane) showSpecimen(pane);
