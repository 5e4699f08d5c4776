// Posts the only form of the page at once.
document.getElementById("post-form").submit();
