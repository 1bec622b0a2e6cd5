/// The parts of the page that are the same for every run.
extension WatchPage {
    /// A frame with its middle kept.
    static let icon = """
        %3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' \
        height='16' rx='4' fill='%2314181f'/%3E%3Ccircle cx='8' cy='8' r='4' fill='%234fd3bd'/%3E\
        %3C/svg%3E
        """

    static let controls = """
        <form class="card controls" id="controls" aria-labelledby="h-controls">
        <h2 id="h-controls">Control</h2>
        <fieldset id="steering" disabled>
        <div class="field">
        <label for="threshold">Threshold</label><output id="threshold-now" for="threshold">–</output>
        <input type="range" id="threshold" min="0" max="1" step="0.005" \
        aria-describedby="threshold-note">
        <p class="quiet ends" id="threshold-note"><span id="least">shows more</span>\
        <span id="most">masks more</span></p>
        </div>
        <label class="switch"><input type="checkbox" role="switch" id="adapt">\
        <span>Adapts by itself</span></label>
        <div class="field"><label for="fill">Masked pixels show</label>\
        <select id="fill"></select></div>
        <div class="field"><label for="profile">Profile</label>\
        <select id="profile"></select></div>
        <button type="button" id="pause">Pause</button>
        </fieldset>
        </form>

        """

    static let subjects = """
        <section class="card" aria-labelledby="h-subjects">
        <h2 id="h-subjects">Subjects</h2>
        <p class="quiet" id="primary"></p>
        <ul class="subjects" id="subjects"></ul>
        </section>
        """

    static let tiles = [
        ("Threshold", "t-threshold"), ("Kept", "t-kept"), ("Frame rate", "t-fps"),
        ("Latency", "t-latency"), ("Dropped", "t-dropped"), ("Misses", "t-missed"),
    ].map { name, id in
        """
        <div><dt>\(name)</dt><dd id="\(id)">–</dd><dd class="quiet" id="\(id)-note">&nbsp;</dd></div>

        """
    }.joined()

    static let curves = [
        ("threshold", "Threshold", "and its bounds, "), ("kept", "Kept share", ""),
        ("confidence", "Confidence", "of the primary, "),
    ].map { name, title, more in
        """
        <figure class="chart \(name)" data-curve="\(name)"\(name == "confidence" ? " hidden" : "")>
        <figcaption><b>\(title)</b> <span class="quiet">\(more)last minute</span>\
        <span class="readout"></span></figcaption>
        <div class="plot"><div class="ys"><span class="top"></span><span class="middle"></span>\
        <span class="bottom"></span></div>
        <div class="area"><svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" \
        aria-label="\(title) over the last minute"><path class="grid" d="M0 0H1000M0 50H1000\
        M0 100H1000"></path><path class="level" d=""></path><path class="line" d=""></path></svg>\
        </div></div>
        <div class="plot ends quiet"><span></span><div><span>60 s ago</span><span>now</span></div>\
        </div>
        </figure>

        """
    }.joined()
}
