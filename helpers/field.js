// A field of a form (forms.py).
//
// A name and a choice stay in the field. They go to the kernel at each change, as a message: messages keep their order,
// while ipywidgets holds a changed trait back until a running cell has ended, and the next cell then gets one letter.
//
// A value and an error message are handed over once and leave the field empty. They go in the buffer of a message: never
// onto the model, which is saved with the notebook, and not into a message's content, which a kernel's log at DEBUG
// prints.

const PATIENCE = 2000; // milliseconds without an answer

function render({ model, el }) {
  const kind = model.get("kind");
  const kept = kind === "name" || kind === "choice";
  const control = kind === "choice" ? select(model.get("options")) : input(kind);
  const say = frame(el, model.get("label"), control);

  let awaited = null; // the number of the message that the kernel has yet to answer
  let patience;

  function send(content, buffers) {
    clearTimeout(patience);
    awaited = crypto.getRandomValues(new Uint32Array(2)).join("-");
    patience = setTimeout(() => say(model.get("busy")), PATIENCE);
    try {
      model.send({ ...content, number: awaited }, undefined, buffers);
    } catch {
      lookForKernel(true); // a kernel that was restarted has closed the connection
    }
  }

  function heard(message) {
    if (message.kind === "clear") return clear();
    if (message.kind !== "heard") return;
    if (awaited !== null && awaited !== message.number) return; // the answer to an earlier letter
    clearTimeout(patience);
    awaited = null;
    if (kept) control.value = message.content;
    say(message.said, message.problem);
  }

  function clear() {
    awaited = null; // an answer to what was typed before is late
    clearTimeout(patience);
    control.value = ""; // and what's kept comes with the next message
  }

  function lookForKernel(lost) {
    control.readOnly = lost; // and not disabled: what stands in it can be copied
    if (kind === "choice") control.disabled = lost;
    // JupyterLab takes a letter typed into a field that is read-only as a command, and x would cut the cell.
    control.toggleAttribute("data-lm-suppress-shortcuts", lost || kind === "choice");
    el.classList.toggle("key-vault-lost", lost);
    if (!lost) return say(model.get("said"), model.get("problem"));
    clearTimeout(patience);
    if (!kept) control.value = "";
    say(model.get("lost"), true);
  }

  if (kept) keep(control, model, send);
  else handOver(control, say, send);
  model.on("msg:custom", heard);
  // A Jupyter widget's model has this event, at once when its kernel restarts, and calls back with the view.
  model.on("comm_live_update", function () {
    lookForKernel(this?.model?.comm_live === false);
  });
  lookForKernel(el.matches(".jupyter-widgets-disconnected")); // a view that comes later is marked with this class

  return () => {
    clearTimeout(patience);
    control.value = "";
  };
}

function keep(control, model, send) {
  control.value = model.get("content");
  let finished = true;

  function sendContent(isFinished) {
    if (control.readOnly) return;
    finished = isFinished;
    model.set("content", control.value); // for this page's other views; what the kernel has comes by the message
    send({ kind: "content", content: control.value, finished });
  }

  control.addEventListener("input", () => sendContent(control.tagName === "SELECT"));
  control.addEventListener("blur", () => finished || sendContent(true));
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || control.tagName === "SELECT") return;
    event.stopPropagation(); // Shift+Enter would run the cell, and make another form in place of this one
    finished || sendContent(true);
  });
}

function handOver(control, say, send) {
  function hand(text) {
    control.value = ""; // whatever becomes of the message
    if (!text || control.readOnly) return;
    say(""); // nothing is taken yet, whatever was taken before
    send({ kind: "value" }, [new TextEncoder().encode(text).slice().buffer]);
  }

  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.stopPropagation(); // Shift+Enter would run the cell, and make another form in place of this one
    hand(control.value);
  });
  control.addEventListener("blur", () => hand(control.value));
  control.addEventListener("paste", (event) => {
    // A field has one line and would join the lines of a key or a certificate: hand them over as they are.
    const pasted = event.clipboardData.getData("text/plain");
    if (!/[\r\n]/.test(pasted.trim())) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = control;
    hand(value.slice(0, selectionStart) + pasted.replace(/\r\n?/g, "\n") + value.slice(selectionEnd));
  });
}

function input(kind) {
  const field = document.createElement("input");
  field.type = kind === "value" ? "password" : "text";
  // A browser offers no other password here, and keeps no list of what was typed.
  field.autocomplete = kind === "value" ? "new-password" : "off";
  field.autocapitalize = "off";
  field.spellcheck = false;
  return field;
}

function select(options) {
  const field = document.createElement("select");
  for (const text of options) field.add(new Option(text, text));
  return field;
}

// The label above the control, and the line beneath it. Gives the function by which the field speaks there.
function frame(el, text, control) {
  el.classList.add("key-vault-field");
  const row = document.createElement("div"); // looks like the ipywidgets of its kind
  row.className = `jupyter-widgets ${control.tagName === "SELECT" ? "widget-dropdown" : "widget-text"}`;
  const label = document.createElement("label");
  label.className = "widget-label";
  label.textContent = text;
  const line = document.createElement("div");
  line.className = "jupyter-widgets key-vault-line";
  const status = document.createElement("div");
  status.setAttribute("role", "status");

  const id = `key-vault-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  control.id = label.htmlFor = id;
  line.id = `${id}-line`;
  control.setAttribute("aria-describedby", line.id);
  row.append(label, control);
  line.append(status);
  el.append(row, line);

  // A screen reader speaks the status when its text changes. An alert it speaks when it appears.
  function say(text, problem = false) {
    if (line.textContent === text) return; // it was spoken at an earlier letter
    control.setAttribute("aria-invalid", problem);
    line.querySelector('[role="alert"]')?.remove();
    status.textContent = problem ? "" : text;
    if (!problem) return;
    const alert = document.createElement("div");
    alert.setAttribute("role", "alert");
    alert.textContent = text;
    line.append(alert);
  }

  return say;
}

export default { render };
