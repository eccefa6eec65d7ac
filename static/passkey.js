// Hands the browser's passkey to the form on the page; handleRegister and handleSignin come with Flask-Security.
"use strict";
(async () => {
  const form = document.getElementById("passkey");
  const handle = form.dataset.passkey === "register" ? handleRegister : handleSignin;
  const result = await handle(form.dataset.options);
  if (result.credential) {
    form.elements.namedItem("credential").value = result.credential;
    form.submit();
  } else {
    form.querySelector("[role=status]").hidden = true;
    form.querySelector("[role=alert]").hidden = false;
  }
})();
