(() => {
  const version = document.getElementById("newsletter-preview").dataset.version;
  let news;
  // A browser keeps few connections to a server: only the tab that is looked at listens.
  const listen = () => {
    news?.close();
    if (document.hidden) return;
    news = new EventSource("/.newsletter/version");
    news.addEventListener("version", (e) => { if (e.data !== version) location.reload(); });
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();
