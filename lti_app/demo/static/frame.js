// Answers the messages tools send to Canvas (the LTI postMessage API). Runs in the page around the frame, and in the
// hidden forwarding frame, where only storage is served. Storage is per tool origin and lasts as long as the tab.
"use strict";
(() => {
  const forwarding = document.body.dataset.forwarding === "true";
  const STORAGE = ["lti.put_data", "lti.get_data"];
  const PAGE = [
    "lti.capabilities", "lti.frameResize", "lti.fetchWindowSize", "lti.scrollToTop", "lti.getPageSettings",
    "lti.showAlert", "lti.screenReaderAlert",
  ];
  const MAX_KEYS = 500;
  const MAX_CHARACTERS = 4096;

  class Refusal extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }

  function stored(origin) {
    return JSON.parse(sessionStorage.getItem(`lti:${origin}`) || "{}");
  }

  function putData(message, origin) {
    if (typeof message.key !== "string" || !message.key || !message.message_id) {
      throw new Refusal("bad_request", "key and message_id are needed");
    }
    const data = stored(origin);
    if (message.value === null || message.value === undefined) {
      delete data[message.key];
    } else {
      data[message.key] = String(message.value);
    }
    const size = Object.entries(data).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    if (Object.keys(data).length > MAX_KEYS || size > MAX_CHARACTERS) {
      throw new Refusal("storage_exhaustion", "too much is stored for this tool");
    }
    sessionStorage.setItem(`lti:${origin}`, JSON.stringify(data));
    return { key: message.key, value: message.value ?? null };
  }

  function getData(message, origin) {
    if (typeof message.key !== "string" || !message.key || !message.message_id) {
      throw new Refusal("bad_request", "key and message_id are needed");
    }
    return { key: message.key, value: stored(origin)[message.key] ?? null };
  }

  function frameOf(source) {
    return [...document.querySelectorAll("iframe.tool_launch")].find((frame) => frame.contentWindow === source);
  }

  function resize(message, source) {
    const height = Number.parseInt(message.height, 10);
    if (!(height > 0)) throw new Refusal("bad_request", "height is needed");
    const frame = frameOf(source);
    if (frame) frame.style.height = `${Math.max(height, 450)}px`;
    return {};
  }

  function windowSize(source) {
    const frame = frameOf(source);
    const offset = frame ? { left: frame.offsetLeft, top: frame.offsetTop } : { left: 0, top: 0 };
    return { height: innerHeight, width: innerWidth, footer: 0, offset, scrollY };
  }

  function showAlert(message) {
    if (!message.body) throw new Refusal("bad_request", "body is needed");
    const place = document.getElementById("tool-alert");
    if (place) place.textContent = `${message.title ? `${message.title}: ` : ""}${message.body}`;
    return {};
  }

  function capabilities() {
    return {
      supported_messages: [
        ...PAGE.map((subject) => ({ subject })),
        ...STORAGE.map((subject) => ({ subject, frame: "post_message_forwarding" })),
      ],
    };
  }

  function pageSettings() {
    return {
      pageSettings: {
        locale: document.documentElement.lang, time_zone: "Europe/Stockholm", use_high_contrast: false,
        active_brand_config_json_url: `${location.origin}/brand.json`, window_width: innerWidth,
      },
    };
  }

  function answer(message, event) {
    if (message.subject === "lti.put_data") return putData(message, event.origin);
    if (message.subject === "lti.get_data") return getData(message, event.origin);
    if (forwarding) throw new Refusal("unsupported_subject", "only storage is served here");
    switch (message.subject) {
      case "lti.capabilities": return capabilities();
      case "lti.frameResize": return resize(message, event.source);
      case "lti.fetchWindowSize": return windowSize(event.source);
      case "lti.getPageSettings": return pageSettings();
      case "lti.showAlert":
      case "lti.screenReaderAlert": return showAlert(message);
      case "lti.scrollToTop": scrollTo(0, 0); return {};
      default: throw new Refusal("unsupported_subject", `unknown subject ${message.subject}`);
    }
  }

  addEventListener("message", (event) => {
    let message = event.data;
    if (typeof message === "string") {
      try { message = JSON.parse(message); } catch { return; }
    }
    if (!message || typeof message.subject !== "string" || message.subject.endsWith(".response")) return;
    const reply = { subject: `${message.subject}.response` };
    if (message.message_id) reply.message_id = message.message_id;
    try {
      Object.assign(reply, answer(message, event));
    } catch (error) {
      reply.error = { code: error.code || "error", message: error.message };
    }
    event.source?.postMessage(reply, event.origin);
  });
})();
