// The field of `SecretValue` and `ErrorMessage` (forms.py). What is typed goes to the kernel in the buffer of one
// message: never onto the model, which is saved with the notebook, and not into a message's content, which a kernel's
// log at DEBUG prints.

const PATIENCE = 2000; // milliseconds without an answer

function render({ model, el }) {
  const field = document.createElement("div");
  field.className = "jupyter-widgets widget-text"; // looks like the ipywidgets beside it
  field.style.cssText =
    "display: flex; flex-flow: column nowrap; align-items: stretch; width: auto; max-width: 36em; " +
    "height: calc(2 * var(--jp-widgets-inline-height))";

  const label = document.createElement("label");
  label.className = "widget-label";
  label.style.width = "max-content";
  label.textContent = model.get("label");

  const input = document.createElement("input");
  input.type = model.get("kind");
  // A browser offers no other password here, and keeps no list of what was typed.
  input.autocomplete = input.type === "password" ? "new-password" : "off";
  input.spellcheck = false;
  input.id = label.htmlFor = `key-vault-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;

  const line = document.createElement("div");
  line.className = "jupyter-widgets";
  field.append(label, input);
  el.append(field, line);

  let patience;

  function say(html) {
    clearTimeout(patience);
    line.innerHTML = html;
  }

  function handOver(text) {
    input.value = ""; // whatever becomes of the message
    if (!text) return;
    clearTimeout(patience);
    patience = setTimeout(() => say(model.get("unheard")), PATIENCE);
    try {
      model.send({ kind: "value" }, undefined, [new TextEncoder().encode(text).slice().buffer]);
    } catch {
      say(model.get("lost")); // a kernel that was restarted has closed the connection
    }
  }

  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.stopPropagation(); // Shift+Enter would run the cell, and make another form in place of this one
    handOver(input.value);
  });
  input.addEventListener("blur", () => handOver(input.value));
  input.addEventListener("paste", (event) => {
    // A field has one line and would join the lines of a key or a certificate: hand them over as they are.
    const pasted = event.clipboardData.getData("text/plain");
    if (!/[\r\n]/.test(pasted.trim())) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = input;
    handOver(value.slice(0, selectionStart) + pasted.replace(/\r\n?/g, "\n") + value.slice(selectionEnd));
  });

  model.on("change:said", () => say(model.get("said")));
  model.on("msg:custom", (message) => message.kind === "heard" && say(model.get("said")));
  say(model.get("said"));

  return () => {
    clearTimeout(patience);
    input.value = "";
  };
}

export default { render };
