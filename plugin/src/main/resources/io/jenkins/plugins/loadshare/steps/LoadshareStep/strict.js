/* Keeps the form open while a field that cannot be stored is marked as wrong, instead of Jenkins' error page. */
document.addEventListener("submit", function (event) {
  "use strict";
  const wrong = Array.from(event.target.querySelectorAll('.loadshare-suggested[name="_.command"]')).find(function (field) {
    return field.closest(".jenkins-form-item").querySelector(".validation-error-area .error");
  });
  if (wrong) {
    event.preventDefault();
    event.stopImmediatePropagation();
    wrong.scrollIntoView({ block: "center" });
    wrong.focus();
  }
}, true);
