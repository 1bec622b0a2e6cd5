/// How a report looks, and what its script adds: values under the pointer.
///
/// Neither may hold `<` or `&`, so that the page stays well-formed XML.
enum ReportStyle {
    static let sheet = Markup(
        trusted: """

            :root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--ink:#14181f;--soft:#596273;
            --line:#dfe3e9;--grid:#e9ecf1;--threshold:#1f5fd6;--kept:#0b7a6b;--sure:#8a3ffc;
            --good:#12693a;--good-bg:#dcf3e4;--bad:#9b1c1c;--bad-bg:#fde4e1;--warn:#8a4b00;
            --warn-bg:#fff1d6;--gap:#c9ced8;--miss:#d92d20;--cut:#7a8496;--current:#c11574;
            --tighter:#b54708;--looser:#1570b8;--l0:#3366cc;--l1:#e8833a;--l2:#2a9d6f;--l3:#b04fc4;
            --l4:#c9a000;--l5:#2fa4c7;--l6:#d4456b;--l7:#7d6a58;--lx:#9aa3b2}
            @media(prefers-color-scheme:dark){:root{--page:#0d1117;--card:#161c25;--ink:#e8ecf2;
            --soft:#9ba6b7;--line:#2a3340;--grid:#232b37;--threshold:#7db0ff;--kept:#4fd3bd;
            --sure:#c4a1ff;--good:#7fe0a7;--good-bg:#12351f;--bad:#ff9d94;--bad-bg:#471a18;
            --warn:#ffc66b;--warn-bg:#3b2a0c;--gap:#465063;--miss:#ff6b5e;--cut:#8a95a8;
            --current:#ff7ac0;--tighter:#ffab5e;--looser:#67bdff;--l0:#6f9bff;--l1:#f5a260;
            --l2:#4cc996;--l3:#d58ae6;--l4:#e6c84a;--l5:#63c9e8;--l6:#f27f9d;--l7:#b8a38f;
            --lx:#6d7789}}
            *{box-sizing:border-box}
            html{-webkit-text-size-adjust:100%}
            body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:anywhere;
            font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
            header,main,footer{max-width:1120px;margin:0 auto;padding:0 24px}
            header{padding-top:36px}
            .brand{margin:0;color:var(--soft);font-size:13px;letter-spacing:.04em}
            h1{margin:2px 0 8px;font-size:34px;line-height:1.15;letter-spacing:-.02em}
            h2{margin:0 0 6px;font-size:20px;letter-spacing:-.01em}
            section{margin-top:36px}
            p{margin:0 0 12px}
            .quiet,.note,caption{color:var(--soft);font-size:13px}
            .card,.chart,.sheet figure{background:var(--card);border:1px solid var(--line);
            border-radius:12px}
            .card{padding:18px 20px}
            .badge{display:inline-block;padding:2px 10px;border-radius:99px;font-weight:600;
            font-size:13px;margin-right:8px}
            .badge.good{color:var(--good);background:var(--good-bg)}
            .badge.bad{color:var(--bad);background:var(--bad-bg)}
            .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(158px,1fr));gap:12px;
            margin:20px 0 0}
            .tiles div{background:var(--card);border:1px solid var(--line);border-radius:12px;
            padding:12px 16px}
            dt{color:var(--soft);font-size:13px}
            dd{margin:0}
            .tiles dd:nth-child(2){font-size:20px;font-weight:650;letter-spacing:-.04em;white-space:nowrap;
            font-variant-numeric:tabular-nums;line-height:1.3}
            nav{display:flex;flex-wrap:wrap;gap:6px 20px;margin-top:18px;font-size:14px}
            a{color:var(--threshold);text-underline-offset:3px}
            .warnings{background:var(--warn-bg);border-color:transparent;color:var(--warn)}
            .warnings ul{margin:0;padding-left:20px}
            figure{margin:0}
            .chart{padding:14px 20px 10px;margin-top:12px}
            .chart figcaption{display:flex;flex-wrap:wrap;gap:0 8px;align-items:baseline;
            margin-bottom:10px}
            .readout{margin-left:auto;font-size:13px;font-variant-numeric:tabular-nums;
            min-height:1.5em}
            .plot{display:grid;grid-template-columns:68px minmax(0,1fr);position:relative;
            --h:120px}
            .threshold .plot,.regret .plot{--h:160px}
            .ribbon .plot{--h:30px}
            .ys,.area{height:var(--h);position:relative}
            .lanes .area{height:16px;border-bottom:1px solid var(--grid)}
            .ys span{position:absolute;right:10px;transform:translateY(-50%);white-space:nowrap}
            .ys,.xs,.xt,.lane{font-size:11px;color:var(--soft);line-height:16px;
            font-variant-numeric:tabular-nums;white-space:nowrap}
            .ribbon .lane{line-height:30px}
            .xs{position:relative;height:22px;margin-top:5px}
            .xt{margin-top:5px}
            .xs span{position:absolute;transform:translateX(-50%)}
            .xs .first{transform:none}
            .xs .last{transform:translateX(-100%)}
            .area svg,.bar svg{display:block;width:100%;height:100%}
            .threshold .area svg,.kept .area svg,.confidence .area svg,.regret .area svg{
            overflow:visible}
            path{vector-effect:non-scaling-stroke;fill:none}
            .grid{stroke:var(--grid)}
            .line{stroke:var(--c);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
            .band{fill:var(--c);opacity:.2}
            .threshold{--c:var(--threshold)}
            .kept{--c:var(--kept)}
            .confidence{--c:var(--sure)}
            .absent{fill:var(--gap);opacity:.4}
            .missed{fill:var(--miss);opacity:.28}
            .cuts{stroke:var(--cut);stroke-dasharray:2 3}
            .level{stroke:var(--soft);stroke-dasharray:6 4}
            .key.level{width:14px;height:0;border-top:2px dashed var(--soft);vertical-align:4px}
            .dots{stroke:var(--c);stroke-width:7;stroke-linecap:round}
            .core{stroke:none}
            .current{--c:var(--current)}
            .tighter{--c:var(--tighter)}
            .looser{--c:var(--looser)}
            .dots.tighter{stroke-linecap:square;stroke-width:5}
            .core.looser{stroke:var(--card);stroke-width:3;stroke-linecap:round}
            .hair{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);
            pointer-events:none;opacity:.7}
            .loosen{--b:var(--l5)}.tighten{--b:var(--l0)}.drop{--b:var(--l6)}.return{--b:var(--l3)}
            .clamp{--b:var(--l4)}.reset{--b:var(--l2)}.user{--b:var(--l7)}.cut{--b:var(--cut)}
            .hidden{--b:var(--l1)}.gap{--b:var(--gap)}.miss{--b:var(--miss)}
            .l0{--b:var(--l0)}.l1{--b:var(--l1)}.l2{--b:var(--l2)}.l3{--b:var(--l3)}
            .l4{--b:var(--l4)}.l5{--b:var(--l5)}.l6{--b:var(--l6)}.l7{--b:var(--l7)}
            .lx{--b:var(--lx)}
            .p50{--b:var(--threshold)}
            .p95{--b:color-mix(in srgb,var(--threshold) 55%,var(--card))}
            .p99{--b:color-mix(in srgb,var(--threshold) 28%,var(--card))}
            .box{fill:var(--b)}
            .bar path{fill:var(--b)}
            .legend{list-style:none;margin:6px 0 4px;padding:0;display:flex;flex-wrap:wrap;
            gap:2px 18px;font-size:13px}
            .legend b{font-variant-numeric:tabular-nums}
            .counts{display:grid;grid-template-columns:repeat(auto-fill,minmax(310px,1fr))}
            .swatch,.dot,.key{display:inline-block;width:10px;height:10px;border-radius:3px;
            margin-right:6px;background:var(--b,transparent);border:1px solid var(--b,var(--soft))}
            .dot{border-radius:50%;background:var(--c);border:0}
            .dot.tighter{border-radius:1px}
            .dot.looser{background:none;border:2px solid var(--c)}
            .key{margin:0 2px 0 10px;border:0}
            .key.absent{background:var(--gap)}
            .key.missed{background:var(--miss)}
            .key.cuts{width:0;border-left:2px dotted var(--cut);border-radius:0}
            .scroll{overflow-x:auto}
            .chart+.card{margin-top:12px}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
            caption{text-align:left;padding-bottom:8px}
            th,td{text-align:left;padding:6px 16px 6px 0;border-top:1px solid var(--line);
            font-size:14px}
            thead th{border-top:0;color:var(--soft);font-weight:500;font-size:13px}
            tbody th{font-weight:600;white-space:nowrap}
            .n{text-align:right;white-space:nowrap}
            .bar{width:42%;min-width:120px;padding-right:0}
            .bar svg{height:16px}
            .ramp{display:inline-flex;align-items:center;gap:6px;margin-left:8px}
            .ramp i{width:90px;height:10px;border-radius:3px}
            .alert{color:var(--bad)}
            .sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));
            gap:12px}
            .sheet.three{grid-template-columns:repeat(auto-fill,minmax(480px,1fr))}
            .sheet figure{overflow:hidden}
            .pair{display:flex;gap:1px;background:var(--line)}
            .pair>*{flex:1 1 0;min-width:0;height:auto;max-width:100%;display:block}
            .none{display:grid;place-items:center;background:#440154;color:#fff;font-size:13px}
            .sheet figcaption{padding:8px 12px 10px;font-size:13px;
            font-variant-numeric:tabular-nums}
            .sheet figcaption span{color:var(--soft)}
            footer{margin-top:40px;padding-bottom:48px}
            .settings{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));
            gap:8px 20px;font-size:14px}
            @media(max-width:640px){
            header,main,footer{padding-left:14px;padding-right:14px}
            header{padding-top:22px}
            h1{font-size:26px}
            section{margin-top:28px}
            .tiles{grid-template-columns:1fr 1fr;gap:8px}
            .tiles div{padding:10px 12px}
            .tiles dd:nth-child(2){font-size:18px}
            .card,.chart{padding:14px 12px}
            .plot{grid-template-columns:62px minmax(0,1fr)}
            .xs .odd{display:none}
            .counts{grid-template-columns:1fr}
            .sheet,.sheet.three{grid-template-columns:1fr}
            th,td{padding-right:8px;font-size:13px}
            .bar{min-width:70px;width:30%}
            .bar-key span{margin-right:2px}
            .readout:empty{display:none}
            .n+.n{padding-left:0}
            }
            @media print{body{background:none}.chart,.card,.sheet figure{break-inside:avoid}
            nav,.readout{display:none}}

            """)

    static let script = Markup(
        trusted: """

            (function(){
            var line=document.getElementById('timeline'),start=+line.dataset.start;
            var span=+line.dataset.end-start,kind=line.dataset.kind;
            function told(t){
            if(kind==='picture')return 'picture '+Math.round(t);
            if(kind==='seconds')return t.toFixed(2)+' s';
            var s=(t%60).toFixed(1),m=Math.floor(t/60)%60,h=Math.floor(t/3600);
            return (h?h+':'+String(m).padStart(2,'0'):m)+':'+s.padStart(4,'0');
            }
            function points(path){
            if(!path.found)path.found=path.getAttribute('d').split(/[ML]/).slice(1).map(function(p){
            var v=p.split(' ');return [parseFloat(v[0]),parseFloat(v[1]),parseFloat(v[1].split('h')[1])];
            });
            return path.found;
            }
            function value(path,x){
            var best=null,low=+path.dataset.low,high=+path.dataset.high;
            points(path).forEach(function(p){
            if(best===null||Math.abs(best[0]-x)>Math.abs(p[0]-x))best=p;
            });
            if(best===null||Math.abs(best[0]-x)>30)return '';
            return (low+(1-best[1]/100)*(high-low)).toFixed(high>2?1:3)+path.dataset.unit;
            }
            function inside(path,x){
            return points(path).some(function(p){return x>=p[0]?p[0]+p[2]>=x:false;});
            }
            var charts=[].slice.call(line.querySelectorAll('.chart'));
            charts.forEach(function(chart){
            [].forEach.call(chart.querySelectorAll('.area'),function(area){
            area.appendChild(document.createElement('i')).className='hair';
            area.lastChild.hidden=true;
            area.addEventListener('pointermove',function(e){
            var r=area.getBoundingClientRect();show((e.clientX-r.left)/r.width*1000);
            });
            area.addEventListener('pointerleave',function(){show(null);});
            });
            });
            function show(x){
            charts.forEach(function(chart){
            [].forEach.call(chart.querySelectorAll('.hair'),function(hair){
            hair.hidden=x===null;if(x!==null)hair.style.left=x/10+'%';
            });
            var out=chart.querySelector('.readout');
            if(x===null){out.textContent='';return;}
            var words=[];
            var lines=[].slice.call(chart.querySelectorAll('path[data-low]'));
            lines.forEach(function(p){
            var v=value(p,x);
            if(v)words.push(lines.length>1?p.dataset.name+' '+v:v);
            });
            [].forEach.call(chart.querySelectorAll('.box'),function(p){
            if(inside(p,x))words.push(p.dataset.name);
            });
            out.textContent=told(start+x/1000*span)+(words.length?' · '+words.join(', '):'');
            });
            }
            })();

            """)
}
