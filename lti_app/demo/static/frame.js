// Answers the messages tools send to Canvas (the LTI postMessage API), in the page around the frame. What is about
// storage, storage.js answers.
"use strict";
(() => {
  const storage = globalThis.smallCanvasStorage ?? [];
  const PAGE = [
    "lti.capabilities", "lti.frameResize", "lti.fetchWindowSize", "lti.scrollToTop", "lti.getPageSettings",
    "lti.showAlert", "lti.screenReaderAlert",
  ];

  class Refusal extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
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
        ...storage,
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
    if (storage.some((each) => each.subject === message.subject)) return;
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
