// A second click on a button that is already sending does nothing. Whoever was asked whether to leave the page, and
// stays, can press it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  const again = () => delete form.dataset.sending;
  window.addEventListener("pageshow", again, { once: true });
  window.addEventListener("beforeunload", (asking) => setTimeout(() => asking.defaultPrevented && again()), { once: true });
});
