// Keeps values for tools (LTI platform storage): in the hidden forwarding frame, and in the page around the tool. Each
// tool origin has a store of its own, which lasts as long as the tab. `smallCanvasStorage` is what lti.capabilities
// says of it.
"use strict";
(() => {
  const MAX_KEYS = 500;
  const MAX_CHARACTERS = 4096;
  const SUBJECTS = ["lti.put_data", "lti.get_data"];
  const target = document.currentScript.dataset.target;

  globalThis.smallCanvasStorage = SUBJECTS.map((subject) => (
    target === "_parent" ? { subject } : { subject, frame: target }
  ));

  class Refusal extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }

  const stored = (origin) => JSON.parse(sessionStorage.getItem(`lti:${origin}`) || "{}");

  function put(key, value, origin) {
    const data = stored(origin);
    if (value === null) {
      delete data[key];
    } else {
      data[key] = String(value);
    }
    const size = Object.entries(data).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
    if (Object.keys(data).length > MAX_KEYS || size > MAX_CHARACTERS) {
      throw new Refusal("storage_exhaustion", "too much is stored for this tool");
    }
    sessionStorage.setItem(`lti:${origin}`, JSON.stringify(data));
    return { key, value };
  }

  function answer(message, origin) {
    if (typeof message.key !== "string" || !message.key || !message.message_id) {
      throw new Refusal("bad_request", "key and message_id are needed");
    }
    if (message.subject === "lti.put_data") return put(message.key, message.value ?? null, origin);
    return { key: message.key, value: stored(origin)[message.key] ?? null };
  }

  addEventListener("message", (event) => {
    let message = event.data;
    if (typeof message === "string") {
      try { message = JSON.parse(message); } catch { return; }
    }
    if (!SUBJECTS.includes(message?.subject)) return;
    const reply = { subject: `${message.subject}.response` };
    if (message.message_id) reply.message_id = message.message_id;
    try {
      Object.assign(reply, answer(message, event.origin));
    } catch (error) {
      reply.error = { code: error instanceof Refusal ? error.code : "error", message: error.message };
    }
    event.source?.postMessage(reply, event.origin);
  });
})();
