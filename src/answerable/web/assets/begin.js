// Before the page is shown: components that need scripts may hide what they will show again.
document.documentElement.classList.add("app-js");
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
