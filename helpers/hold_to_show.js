// The button of `reveal` (masking.py). The value comes in the buffer of a message when the button is pressed, and is in
// the page only while it is held: never on the model, which is saved with the notebook.

const PATIENCE = 2000; // milliseconds without an answer
const FOR_A_CLICK = 5000; // a screen reader clicks, and cannot hold

function render({ model, el, signal }) {
  el.classList.add("key-vault-button");

  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-widgets jupyter-button widget-button";
  button.style.cssText = "flex: none; width: auto; touch-action: none";
  button.textContent = model.get("label");

  const shown = document.createElement("code");
  shown.setAttribute("role", "status");
  shown.style.cssText =
    "white-space: pre-wrap; overflow-wrap: anywhere; min-width: 0; " +
    "font-size: var(--jp-widgets-font-size); line-height: var(--jp-widgets-inline-height); padding: 2px 0";

  const row = document.createElement("div");
  row.style.cssText = "display: flex; align-items: flex-start; gap: 1em";
  row.append(button, shown);
  const line = document.createElement("div");
  line.className = "jupyter-widgets key-vault-line";
  el.append(row, line);

  let ask = null; // what the answer must name; null when nobody holds
  let patience, end;

  function say(text) {
    line.replaceChildren();
    if (!text) return;
    const alert = document.createElement("div");
    alert.setAttribute("role", "alert"); // a screen reader speaks it when it appears
    alert.textContent = text;
    line.append(alert);
  }

  function lookForKernel(lost) {
    el.classList.toggle("key-vault-lost", lost);
    button.setAttribute("aria-disabled", lost); // it keeps the focus, which a disabled one would lose
    letGo();
    say(lost ? model.get("lost") : "");
  }

  function hold() {
    if (ask !== null || el.classList.contains("key-vault-lost")) return;
    ask = crypto.getRandomValues(new Uint32Array(2)).join("-");
    say("");
    patience = setTimeout(() => say(model.get("busy")), PATIENCE);
    try {
      model.send({ kind: "ask", ask });
    } catch {
      lookForKernel(true); // a kernel that was restarted has closed the connection
    }
  }

  function letGo() {
    ask = null;
    clearTimeout(patience);
    clearTimeout(end);
    shown.textContent = model.get("mask");
  }

  function answer(message, buffers) {
    if (message.kind !== "answer" || ask === null || message.ask !== ask) return;
    clearTimeout(patience);
    say("");
    shown.textContent = new TextDecoder().decode(buffers[0]);
  }

  function key(event) {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault(); // no click, no scrolling
    event.stopPropagation(); // JupyterLab has a use for Enter
    if (event.type === "keyup") letGo();
    else hold();
  }

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId); // the page may move beneath the finger
    hold();
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // what a long touch brings
  for (const over of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) {
    button.addEventListener(over, letGo);
  }
  button.addEventListener("keydown", key);
  button.addEventListener("keyup", key);
  button.addEventListener("click", (event) => {
    if (event.detail !== 0) return; // a mouse or a finger, which has held it
    hold();
    end = setTimeout(letGo, FOR_A_CLICK);
  });
  window.addEventListener("blur", letGo, { signal });
  document.addEventListener("visibilitychange", letGo, { signal });
  model.on("msg:custom", answer);
  // A Jupyter widget's model has this event, at once when its kernel restarts, and calls back with the view.
  model.on("comm_live_update", function () {
    lookForKernel(this?.model?.comm_live === false);
  });
  lookForKernel(el.matches(".jupyter-widgets-disconnected")); // a view that comes later is marked with this class

  return letGo;
}

export default { render };
