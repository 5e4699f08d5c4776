// Hands a launch from the frame, where no cookie of ours is kept, to a tab of its own: the tab asks the page that
// opened it, and only a window of our own origin is asked or answered. The frame's page came by a post, which cannot be
// loaded again: it takes another address, and the browser keeps the ticket with that page in its history until it is given.
"use strict";
(() => {
  const ASK = "cim.ticket";
  const main = document.querySelector("main[data-handover]");
  const hear = (act) => addEventListener("message", (event) => {
    if (event.origin === location.origin && event.source && event.data?.subject) act(event);
  });

  if (main.dataset.handover === "give") {
    const { again } = main.dataset;
    const { ticket, page } = main.dataset.ticket ? main.dataset : history.state ?? {};
    if (!ticket) return;
    history.replaceState({ ticket, page }, "", again);
    document.querySelector("[data-offered]").hidden = false;
    document.querySelector("[data-over]")?.remove();
    hear((event) => {
      if (event.data.subject !== ASK) return;
      event.source.postMessage({ subject: `${ASK}.response`, ticket, page }, location.origin);
      history.replaceState(null, "", again);
      document.querySelector("[data-given]").hidden = false;
    });
  } else if (window.opener) {
    hear((event) => {
      if (event.source !== window.opener || event.data.subject !== `${ASK}.response`) return;
      const form = document.querySelector("form");
      form.elements.ticket.value = event.data.ticket;
      form.elements.page.value = event.data.page;
      form.submit();
    });
    window.opener.postMessage({ subject: ASK }, location.origin);
  }
})();
