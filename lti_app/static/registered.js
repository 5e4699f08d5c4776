// The last step of a dynamic registration: a button tells the platform's page that it may close this one.
// The message is the specification's and holds nothing, so it may go to whoever has opened this page.
"use strict";

const button = document.querySelector("[data-close]");
button.hidden = false;
document.querySelector("[data-close-by-hand]").hidden = true;
button.addEventListener("click", () => {
  (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
});
