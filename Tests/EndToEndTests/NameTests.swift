import Foundation
import MaskStreamTestSupport
import Testing

/// Names of files are bytes: some are no UTF-8, and two may look alike.
@Suite struct NameTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Runs lines of a shell in the folder: `$m` is the program, `$n` a name that is no UTF-8, `$c`
    /// and `$d` two spellings of "é".
    private func shell(_ lines: String) throws -> ProgramResult {
        let head = """
            set -e; cd "$1"; m="$2"; n=$(printf 'caf\\351'); c=$(printf '\\303\\251')
            d=$(printf 'e\\314\\201'); p="--profile ./light --progress plain"

            """
        let result = try runProgram(
            ["bash", "-c", head + lines, "bash", bench.folder.url.path, Program.path])
        #expect(result.status == 0, "\(result.errors)")
        return result
    }

    @Test func everyPathMayBeNoUTF8() throws {
        let result = try shell(
            """
            mv clip.mkv "$n.mkv"
            $m "$n.mkv" $p -o "$n.mp4" --events "$n.json" --report "$n.html"
            test -s "$n.mp4" && test -s "$n.json" && test -s "$n.html"
            $m "$n.mkv" $p -o "$n.mp4" 2>err && exit 1
            test "$(grep -c "exists.*$n.mp4" err)" = 1
            $m "$n.mkv" $p -o "$n.mkv" --overwrite && exit 2
            mkdir "$n"
            $m "$n.mkv" $p --output-dir "$n"
            mv light "$n/light"
            $m "file:$n.mkv" --profile "./$n/light" -o "$n.nut" --overwrite
            ls -1 | grep -c -a "$n"
            """)
        #expect(result.lines.last == "6", "\(result.lines)")
    }

    @Test func playlistsMayBeNoUTF8() throws {
        _ = try shell(
            """
            $m clip.mkv $p -o "$n.m3u8" --format hls
            test -s "$n.m3u8" && test -s "${n}0.ts"
            $m "$n.m3u8" $p -o "${n}0.ts" --overwrite && exit 1
            $m "$n.m3u8" $p -o out.mkv
            """)
    }

    @Test func folderOfNames() throws {
        let result = try shell(
            """
            mkdir in; ffmpeg -v error -i clip.mkv -frames:v 1 in/x.png
            for name in "$n" "$c" "$d"; do cp in/x.png "in/$name.png"; done
            $m in $p -o out
            for name in x "$n" "$c" "$d"; do test -s "out/$name.png"; done
            ls -1 out | wc -l
            """)
        #expect(result.lines.last == "4", "\(result.lines)")
    }

    @Test func namesThatLookAlikeAreTwo() throws {
        let result = try shell(
            """
            cp clip.mkv "$c.mkv"; cp clip.mkv "$d.mkv"
            mkdir pages
            $m "$c.mkv" "$d.mkv" $p --output-dir out --report pages --events all.json
            test -s "out/$c.mkv" && test -s "out/$d.mkv"
            $m "$c.mkv" $p -o "$d.mkv" 2>err && exit 1
            $m clip.mkv $p -o "$c.mp4"; $m clip.mkv $p -o "$d.mp4"
            ls -1 *.mp4 pages/*.html | wc -l
            """)
        #expect(result.lines.last == "4", "\(result.lines)")
    }

    /// A letter that combines with the slash before it is no part of the folder's name.
    @Test func namesThatBeginWithAnAccent() throws {
        _ = try shell(
            """
            a=$(printf '\\314\\201a'); mkdir in "$a"; mv clip.mkv "in/$a.mkv"
            $m "in/$a.mkv" $p -o "$a/$a.mp4"
            test -s "$a/$a.mp4"
            $m "in/$a.mkv" $p --output-dir out
            test -s "out/$a.mkv"
            """)
    }
}
