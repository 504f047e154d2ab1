/* Before the form is saved, asks whether its values are valid; if not, it stays open with the message at its field. */
(function () {
  "use strict";

  function named(parent, name) {
    return Array.from(parent.querySelectorAll('[name="_.' + name + '"]'));
  }

  /** The field that a message is about, such as "hosts 'l01': port must be a whole number" or "scan: interval: …". */
  function fieldOf(settings, message) {
    const parts = /^(\w+)(?: '([^']*)')?: (?:(\w+))?/.exec(message);
    if (!parts) {
      return null;
    }
    const chunk = Array.from(settings.querySelectorAll('.repeated-chunk[name="' + parts[1] + '"]')).find(function (each) {
      return named(each, "name").length > 0 && named(each, "name")[0].value.trim() === parts[2];
    });
    if (chunk) {
      return named(chunk, parts[3])[0] || named(chunk, "name")[0];
    }
    const start = settings.querySelector('.row-set-start[name="' + parts[1] + '"]');
    return named(settings, parts[3]).find(function (each) {
      return start && start.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
    });
  }

  /** Opens what is folded around a field. */
  function unfold(settings, field) {
    for (let i = 0; i < 5 && !field.checkVisibility(); i++) {
      settings.querySelectorAll(".advanced-button").forEach(function (button) {
        if (button.checkVisibility()) {
          button.click();
        }
      });
    }
  }

  function show(settings, message) {
    const field = fieldOf(settings, message);
    if (field) {
      const error = document.createElement("div");
      error.className = "error";
      error.textContent = message;
      unfold(settings, field);
      updateValidationArea(field.closest(".jenkins-form-item").querySelector(".validation-error-area"), error.outerHTML);
      field.focus();
    }
    (field || settings).scrollIntoView({ block: "center" });
    notificationBar.show(message, notificationBar.ERROR);
  }

  /** Gets why the values are refused; null if they are not, or if the controller does not answer. */
  function refusal(url, form) {
    buildFormTree(form);
    const body = new URLSearchParams({ json: form.elements.json.value });
    return fetch(url, { method: "post", headers: crumb.wrap({}), body: body }).then(function (answer) {
      return answer.ok ? answer.json() : {};
    }).then(function (answer) {
      return answer.message;
    }, function () {
      return null;
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    const marker = document.querySelector(".loadshare-settings");
    const form = marker.closest("form");
    if (!form || !form.checkVisibility) {
      return; // an old browser shows the error page of Jenkins
    }
    let valid = false;
    form.addEventListener("submit", function (event) {
      if (valid) {
        valid = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      refusal(marker.dataset.url, form).then(function (message) {
        if (message) {
          show(marker.closest(".jenkins-section"), message);
        } else {
          valid = true;
          form.requestSubmit(event.submitter);
        }
      });
    }, true);
  });
})();
