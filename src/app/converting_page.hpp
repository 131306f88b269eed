#pragma once

#include <string_view>

namespace spindle::app {

/// What a browser gets while the data of an earlier version are brought over. It asks the status
/// each second and opens the real page as soon as that answers without `converting`. Whole in
/// itself: the other pages' files are not served yet.
inline constexpr std::string_view converting_page = R"html(<!doctype html>
<html lang="zh-Hant-TW">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Spindle：資料升級中</title>
<noscript><meta http-equiv="refresh" content="5"></noscript>
<style>
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, "Noto Sans TC", sans-serif; }
  body { display: grid; min-height: 100vh; margin: 0; place-items: center; }
  main { width: min(32rem, 100vw - 3rem); }
  h1 { font-size: 1.5rem; margin: 0; }
  p { margin: .5rem 0; }
  progress { width: 100%; height: 1rem; margin: 1rem 0 .25rem; accent-color: #1f6feb; }
  [lang=en] { opacity: .75; font-size: 1rem; }
  output { font-variant-numeric: tabular-nums; }
</style>
<main>
  <h1>資料升級中</h1>
  <p lang="en">Bringing the data over to this version</p>
  <progress id="bar" max="1" aria-label="進度 Progress"></progress>
  <output id="share" aria-live="off">…</output>
  <p>先前版本的資料正在轉成新格式，完成後會自動開啟。設備的資料一筆都不會少；斷電也沒關係，重開後會接著做。</p>
  <p lang="en">The pages open by themselves when it is done. Nothing is lost, and a power cut does no
  harm: it goes on where it was.</p>
</main>
<script>
  const names = { journal: '紀錄緩衝 Journal', history: '曲線歷史 History' };
  async function look() {
    try {
      const answer = await fetch('/api/v1/status', { cache: 'no-store' });
      const { converting } = await answer.json();
      if (!converting) return location.reload();
      const { what, done, total } = converting;
      if (total > 0) document.getElementById('bar').value = done / total;
      const share = total > 0 ? Math.floor(100 * done / total) + ' %' : '…';
      document.getElementById('share').value = (names[what] ?? what) + ' ' + share;
    } catch {
      // Between the two the address is free for a moment.
    }
    setTimeout(look, 1000);
  }
  look();
</script>
</html>
)html";

}  // namespace spindle::app
