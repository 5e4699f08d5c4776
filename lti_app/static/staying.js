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
