// Waits until the tool being registered says that its page may be closed, and goes on to the review.
"use strict";
(() => {
  const frame = document.querySelector("iframe[data-next]");
  addEventListener("message", (event) => {
    const isTool = event.source === frame.contentWindow && event.origin === frame.dataset.origin;
    if (isTool && event.data?.subject === "org.imsglobal.lti.close") location.assign(frame.dataset.next);
  });
})();
