/* Tests the connection to a host of the form, and trusts the key that the test has shown. */
(function () {
  "use strict";

  const FIELDS = "name,address,port,user,local";

  /** Sends the fields of the host and the credentials that are chosen in the form; the answer is shown beside the button. */
  function send(button, method, parameters) {
    const credentials = document.querySelector("#loadshare-ssh ~ * [name='_.credentialsId']");
    if (credentials) {
      parameters.credentialsId = credentials.value;
    }
    validateButton(button.dataset.url + "/" + method + "?" + new URLSearchParams(parameters), FIELDS, button);
  }

  document.addEventListener("click", function (event) {
    const test = event.target.closest(".loadshare-test");
    if (test) {
      send(test, "testConnection", {});
      return;
    }
    const trust = event.target.closest(".loadshare-trust");
    if (trust) {
      const button = trust.closest(".jenkins-validate-button__container").querySelector(".loadshare-test");
      button.focus(); // the answer replaces the other one
      send(button, "acceptKey", { fingerprint: trust.dataset.fingerprint });
    }
  });
})();
