// The specimen beside a form, which htmx asks for anew while somebody types. It shows with scripts only.
const ABOVE_PX = 160;
const pane = document.querySelector(".beside > .look");
const form = pane.previousElementSibling;
const failed = pane.querySelector("[data-failed]");
pane.hidden = false;

// It moves to the control in use: a platform gives the frame all the height that it asks for, so the page does not
// scroll inside of it and nothing can stick to its edge. Where the page does scroll, the style sheet lets it stick.
let control = form;
const follow = () => {
  const { documentElement: root } = document;
  const isBeside = pane.offsetLeft > form.offsetLeft;
  const wanted = control.getBoundingClientRect().top - form.getBoundingClientRect().top - ABOVE_PX;
  const most = Math.max(0, form.offsetHeight - pane.offsetHeight);
  const isStuck = root.scrollHeight > root.clientHeight;
  pane.style.marginTop = isBeside && !isStuck ? `${Math.min(Math.max(0, wanted), most)}px` : "";
};
form.addEventListener("focusin", (event) => {
  control = event.target;
  follow();
});
new ResizeObserver(follow).observe(pane);

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
