// The way in: the chosen appearance, and how long a lock-out still lasts. Everything works without it.
(() => {
  const theme = localStorage.getItem("theme") || "system";
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.add(dark ? "dark" : "light");

  addEventListener("DOMContentLoaded", () => {
    const wait = document.querySelector("[data-seconds]");
    const button = document.querySelector("button[type=submit]");
    if (!wait) return;
    const until = Date.now() + 1000 * Number(wait.dataset.seconds);
    button.disabled = true;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      wait.textContent = left > 0 ? `Aguarde ${left} s e tente de novo.` : "Já pode tentar de novo.";
      button.disabled = left > 0;
      if (left > 0) setTimeout(tick, 250);
    };
    tick();
  });
})();
