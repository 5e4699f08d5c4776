// Where the browser keeps no cookie for us in a frame, the platform's page keeps one value instead (LTI platform
// storage). Before the login goes on (`data-storage="keep"`) it is put there, at the launch ("ask") it is fetched.
// What is kept goes to the platform's own origin only, and an answer counts only from there.
"use strict";
(() => {
  const PATIENCE_MS = 1000;
  const main = document.querySelector("main[data-storage]");
  const { origin, target, key, secret } = main.dataset;
  const above = window.parent !== window ? window.parent : window.opener;

  const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

  const read = (data) => {
    if (typeof data !== "string") return data;
    try { return JSON.parse(data); } catch { return null; }
  };

  // Asks a window; the answer, or null when none comes within a second.
  const ask = (to, toOrigin, message) => new Promise((resolve) => {
    const id = newId();
    const hear = (event) => {
      const said = read(event.data);
      const isFrom = toOrigin === "*" ? event.source === to : event.origin === toOrigin;
      if (isFrom && said && said.message_id === id && said.subject === `${message.subject}.response`) end(said);
    };
    const end = (said) => {
      clearTimeout(timer);
      removeEventListener("message", hear);
      resolve(said);
    };
    const timer = setTimeout(end, PATIENCE_MS, null);
    addEventListener("message", hear);
    try { to.postMessage({ ...message, message_id: id }, toOrigin); } catch { end(null); }
  });

  const named = (name) => {
    if (!name || name === "_parent") return above;
    try { return above.frames[name] || null; } catch { return null; }
  };

  // The platform's windows that may keep the value, the likeliest first. Where it names a frame for it, that one.
  const keepers = async (subject) => {
    const said = await ask(above, "*", { subject: "lti.capabilities" });
    const listed = Array.isArray(said?.supported_messages) ? said.supported_messages : [];
    const frame = listed.find((each) => each?.subject === subject)?.frame;
    return new Set([named(frame), named(target), above].filter(Boolean));
  };

  const send = async (message) => {
    for (const keeper of await keepers(message.subject)) {
      const said = await ask(keeper, origin, message);
      if (said && !said.error && said.key === key) return { keeper, value: said.value };
    }
    return null;
  };

  const keep = async () => {
    const kept = await send({ subject: "lti.put_data", key, value: secret });
    if (kept?.value === secret) {
      location.replace(document.querySelector("[data-onward]").href);
    } else {
      document.querySelector("[data-failed]").hidden = false;
    }
  };

  // An empty answer is posted too: the page that refuses says what to do.
  const fetchAndPost = async () => {
    const form = document.querySelector("form");
    const kept = await send({ subject: "lti.get_data", key });
    if (typeof kept?.value === "string") {
      form.elements.stored_secret.value = kept.value;
      ask(kept.keeper, origin, { subject: "lti.put_data", key, value: null });
    }
    form.submit();
  };

  if (above) (main.dataset.storage === "keep" ? keep : fetchAndPost)();
})();
