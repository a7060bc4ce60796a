// The vault of `show_vault` (vault_view.py). What it shows comes as HTML from the kernel, made there and escaped there.

function render({ model, el }) {
  el.classList.add("key-vault-view", "jp-RenderedHTMLCommon");
  const shown = document.createElement("div");
  const line = document.createElement("div");
  line.className = "jupyter-widgets key-vault-line";
  line.setAttribute("role", "status");
  el.append(shown, line);
  let lost = false;

  function show() {
    shown.innerHTML = model.get("content");
    line.textContent = model.get(lost ? "lost" : "said");
  }

  function lookForKernel(isLost) {
    lost = isLost;
    show();
  }

  model.on("change:content", show);
  model.on("change:said", show);
  // A Jupyter widget's model has this event, at once when its kernel restarts, and calls back with the view.
  model.on("comm_live_update", function () {
    lookForKernel(this?.model?.comm_live === false);
  });
  lookForKernel(el.matches(".jupyter-widgets-disconnected")); // a view that comes later is marked with this class
}

export default { render };
