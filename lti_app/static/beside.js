// What stands beside a long form follows whoever fills it in. A platform gives the frame all the height that it asks
// for, so the page never scrolls inside of it and nothing can stick to its edge: it moves to the control in use.
const ABOVE_PX = 160;
const pane = document.querySelector(".beside > .look");
const form = pane.previousElementSibling;

const follow = (control) => {
  const isBeside = pane.offsetLeft > form.offsetLeft;
  const wanted = control.getBoundingClientRect().top - form.getBoundingClientRect().top - ABOVE_PX;
  const most = form.offsetHeight - pane.offsetHeight;
  pane.style.marginTop = isBeside ? `${Math.max(0, Math.min(wanted, most))}px` : "";
};

form.addEventListener("focusin", (event) => follow(event.target));
matchMedia("(min-width: 900px)").addEventListener("change", () => { pane.style.marginTop = ""; });
