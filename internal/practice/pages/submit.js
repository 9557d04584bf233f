document.getElementById("auth-response").submit();
