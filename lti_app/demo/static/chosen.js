// A dialog in which something was chosen closes by itself: the page around it goes on.
const back = document.getElementById("back");
if ("atOnce" in back.dataset) window.top.location.href = back.href;
