// The button of `reveal` (masking.py). The value comes in the buffer of a message when the button is pressed, and is in
// the page only while it is held: never on the model, which is saved with the notebook.

const PATIENCE = 2000; // milliseconds without an answer
const FOR_A_CLICK = 5000; // a screen reader clicks, and cannot hold

function render({ model, el, signal }) {
  // It takes the size of the text around it, as a form does (card.py), and so grows in Presentation Mode.
  el.style.setProperty("--jp-widgets-font-size", "var(--jp-content-font-size1, 14px)");
  el.style.setProperty("--jp-widgets-inline-height", "calc(2 * var(--jp-content-font-size1, 14px))");

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
  line.className = "jupyter-widgets";
  el.append(row, line);

  let ask = null; // what the answer must name; null when nobody holds
  let patience, end;

  function hold() {
    if (ask !== null) return;
    ask = crypto.getRandomValues(new Uint32Array(2)).join("-");
    line.textContent = "";
    patience = setTimeout(() => (line.innerHTML = model.get("unheard")), PATIENCE);
    try {
      model.send({ kind: "ask", ask });
    } catch {
      line.innerHTML = model.get("lost"); // a kernel that was restarted has closed the connection
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
    line.textContent = "";
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
  letGo();

  return letGo;
}

export default { render };
