/// How the page looks: the colours and shapes of a run's report.
enum WatchStyle {
    static let sheet = """

        :root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--ink:#14181f;--soft:#596273;
        --line:#dfe3e9;--grid:#e9ecf1;--threshold:#1f5fd6;--kept:#0b7a6b;--sure:#8a3ffc;
        --good:#12693a;--good-bg:#dcf3e4;--bad:#9b1c1c;--bad-bg:#fde4e1;--warn:#8a4b00;
        --warn-bg:#fff1d6;--edge:#838d9d;--on:#fff}
        @media(prefers-color-scheme:dark){:root{--page:#0d1117;--card:#161c25;--ink:#e8ecf2;
        --soft:#9ba6b7;--line:#2a3340;--grid:#232b37;--threshold:#7db0ff;--kept:#4fd3bd;
        --sure:#c4a1ff;--good:#7fe0a7;--good-bg:#12351f;--bad:#ff9d94;--bad-bg:#471a18;
        --warn:#ffc66b;--warn-bg:#3b2a0c;--edge:#6b7789;--on:#0d1117}}
        *{box-sizing:border-box}
        [hidden]{display:none!important}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:anywhere;
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        header,main,footer,.notice{max-width:1240px;margin:0 auto;padding:0 24px}
        header{padding-top:22px}
        .brand{margin:0;color:var(--soft);font-size:13px;letter-spacing:.04em}
        h1{margin:0 0 6px;font-size:26px;line-height:1.2;letter-spacing:-.02em}
        h2{margin:0 0 8px;font-size:17px;letter-spacing:-.01em}
        p{margin:0 0 10px}
        figure,fieldset{margin:0;padding:0;border:0;min-width:0}
        .quiet{color:var(--soft);font-size:13px}
        .alert{color:var(--bad)}
        .card,.chart,.picture,.tiles div{background:var(--card);border:1px solid var(--line);
        border-radius:12px}
        .card{padding:16px 18px}
        .lead{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:center}
        #at{color:var(--soft);font-variant-numeric:tabular-nums}
        .badge{display:inline-block;padding:2px 10px;border-radius:99px;font-weight:600;
        font-size:13px;background:var(--grid);color:var(--soft)}
        .badge.good{color:var(--good);background:var(--good-bg)}
        .badge.warn{color:var(--warn);background:var(--warn-bg)}
        .badge.bad{color:var(--bad);background:var(--bad-bg)}
        .badge.good::before{content:"";display:inline-block;width:8px;height:8px;margin-right:7px;
        border-radius:50%;background:currentColor;animation:beat 2s ease-in-out infinite}
        @keyframes beat{50%{opacity:.35}}
        .notice:not(:empty){margin-bottom:12px}
        .notice.shown,.notice:not(:empty){max-width:1192px;padding:10px 18px;border-radius:12px;
        background:var(--warn-bg);color:var(--warn)}
        button,.button,select{font:inherit;font-size:14px;color:var(--ink);background:var(--card);
        border:1px solid var(--edge);border-radius:8px;padding:7px 14px;min-height:38px;
        cursor:pointer;text-decoration:none;display:inline-block}
        select{width:100%;padding-right:8px}
        button:hover,.button:hover{border-color:var(--ink)}
        button[aria-pressed=true],[aria-current=true]{background:var(--ink);color:var(--page);
        border-color:var(--ink)}
        :disabled{cursor:default}
        fieldset:disabled{opacity:.55}
        :focus-visible{outline:3px solid var(--threshold);outline-offset:2px}
        .tabs{display:flex;flex-wrap:wrap;gap:8px;margin:4px 0 14px}
        .tools{display:flex;flex-wrap:wrap;gap:10px 24px;align-items:center;margin:6px 0 12px}
        .pills{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
        legend{float:left;margin-right:2px}
        .pill{position:relative;cursor:pointer}
        .pill input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;
        cursor:pointer}
        .pill span{display:block;padding:7px 14px;min-height:38px;border:1px solid var(--edge);
        border-radius:99px;font-size:14px;background:var(--card)}
        .pill :checked+span{background:var(--ink);color:var(--page);border-color:var(--ink)}
        .pill :checked+span::before{content:"✓ "}
        .pill :focus-visible+span{outline:3px solid var(--threshold);outline-offset:2px}
        .actions{display:flex;gap:8px;margin-left:auto}
        .pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr));
        gap:12px;align-items:start}
        .pictures.one{grid-template-columns:minmax(0,900px);justify-content:center}
        .picture{overflow:hidden}
        .frame{position:relative;background:#000;line-height:0}
        .frame canvas{width:100%;height:auto;max-height:60vh;object-fit:contain}
        .none{position:absolute;inset:0;display:grid;place-items:center;color:#d5dae2;
        font-size:14px;line-height:1.4}
        .picture[data-frame] .none{display:none}
        .picture figcaption{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;
        padding:7px 14px 9px;font-size:14px}
        .when{margin-left:auto;color:var(--soft);font-size:13px;font-variant-numeric:tabular-nums}
        .below{display:grid;grid-template-columns:320px minmax(0,1fr);gap:12px;margin-top:12px;
        align-items:start}
        .side,.facts,#steering{display:grid;gap:12px;min-width:0}
        #steering{gap:16px}
        .field{display:grid;grid-template-columns:1fr auto;gap:4px 8px;font-size:14px}
        .field input,.field select,.ends{grid-column:1/-1}
        output{font-weight:650;font-variant-numeric:tabular-nums}
        input[type=range]{width:100%;margin:0;height:28px;accent-color:var(--threshold);
        cursor:pointer}
        .ends{display:flex;justify-content:space-between;margin:0}
        .switch{display:flex;gap:10px;align-items:center;font-size:14px;cursor:pointer;
        min-height:28px}
        .switch input{appearance:none;width:42px;height:24px;margin:0;border-radius:99px;flex:none;
        background:var(--edge);position:relative;cursor:pointer}
        .switch input::after{content:"";position:absolute;top:3px;left:3px;width:18px;height:18px;
        border-radius:50%;background:var(--on)}
        .switch :checked{background:var(--threshold)}
        .switch :checked::after{left:21px}
        #pause{width:100%}
        .subjects{list-style:none;margin:0;padding:0;display:grid;gap:10px;font-size:14px}
        .subjects li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 10px}
        .subjects meter{grid-column:1/-1;width:100%;height:6px;border:0;border-radius:3px;
        background:var(--grid);appearance:none}
        .subjects meter::-webkit-meter-bar{height:6px;border:0;border-radius:3px;
        background:var(--grid)}
        .subjects meter::-webkit-meter-optimum-value{background:var(--sure);border-radius:3px}
        .subjects meter::-moz-meter-bar{background:var(--sure);border-radius:3px}
        .subjects .value{font-variant-numeric:tabular-nums;color:var(--soft)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:12px;
        margin:0}
        .tiles div{padding:10px 14px}
        dt{color:var(--soft);font-size:13px}
        dd{margin:0}
        .tiles dd{font-variant-numeric:tabular-nums;min-height:1.4em}
        .tiles dd:nth-child(2){font-size:20px;font-weight:650;letter-spacing:-.03em;
        white-space:nowrap;line-height:1.3}
        .chart{padding:12px 18px 10px}
        .chart figcaption{display:flex;flex-wrap:wrap;gap:0 8px;align-items:baseline;
        margin-bottom:10px}
        .readout{margin-left:auto;font-weight:650;font-variant-numeric:tabular-nums}
        .plot{display:grid;grid-template-columns:52px minmax(0,1fr)}
        .ys{position:relative;height:96px;font-size:11px;color:var(--soft);line-height:16px;
        font-variant-numeric:tabular-nums}
        .ys span{position:absolute;right:10px;transform:translateY(-50%);white-space:nowrap}
        .top{top:0}.middle{top:50%}.bottom{top:100%}
        .area{height:96px}
        .area svg{display:block;width:100%;height:100%;overflow:visible}
        .plot.ends div{display:flex;justify-content:space-between;grid-column:2;font-size:11px;
        margin-top:8px}
        path{vector-effect:non-scaling-stroke;fill:none}
        .grid{stroke:var(--grid)}
        .level{stroke:var(--soft);stroke-dasharray:6 4}
        .line{stroke:var(--c);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
        .threshold{--c:var(--threshold)}.kept{--c:var(--kept)}.confidence{--c:var(--sure)}
        .readout{color:var(--c)}
        footer{margin-top:18px;padding-bottom:32px}
        @media(max-width:860px){.below{grid-template-columns:minmax(0,1fr)}}
        @media(max-width:640px){
        header,main,footer{padding-left:14px;padding-right:14px}
        .notice:not(:empty),.notice.shown{margin-left:14px;margin-right:14px}
        header{padding-top:16px}
        h1{font-size:22px}
        .actions{margin-left:0}
        .tiles{grid-template-columns:1fr 1fr;gap:8px}
        .tiles dd:nth-child(2){font-size:18px}
        .chart,.card{padding:12px}
        .plot{grid-template-columns:44px minmax(0,1fr)}
        }
        @media(prefers-reduced-motion:reduce){.badge::before{animation:none!important}}

        """
}
