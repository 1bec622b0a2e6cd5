import ArgumentParser
import Foundation
import MaskStream

/// Scripts that let shells complete command lines of the program.
enum Completions {
    /// The script that `--generate-completion-script SHELL` asks for; nil where nobody asks.
    ///
    /// ArgumentParser's scripts do not know that `run` is optional: as soon as the first word
    /// is none of the subcommands, the command line is completed as if it stood there.
    static func script(_ arguments: [String]) -> String? {
        guard let flag = arguments.firstIndex(of: "--generate-completion-script"),
            arguments.indices.contains(flag + 1),
            let shell = CompletionShell(rawValue: arguments[flag + 1])
        else { return nil }
        let script = Maskstream.completionScript(for: shell)
        switch shell {
        // A script without the place that is replaced stays as it is.
        case .bash: return script.replacing(bashEnd, with: bashRule)
        case .zsh: return script.replacing(zshEnd, with: zshRule + zshEnd)
        case .fish:
            return script.replacing(fishTokens, with: fishTokens + fishRule)
                + "\ncomplete -c 'maskstream' -n '\(fishFirst)' -F\n"
        default: return script
        }
    }

    private static let commands =
        Maskstream.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    private static let list = commands.joined(separator: " ")

    private static let bashEnd = "complete -o filenames -F _maskstream maskstream"
    private static let bashRule = """
        _maskstream_or_run() {
            local -r first="${COMP_WORDS[1]}"
            local -a commands=()
            if [[ "${COMP_CWORD}" -gt 1 && " \(list) " = *" ${first} "* ]]; then
                _maskstream "${@}"
                return
            fi
            if [[ "${COMP_CWORD}" -eq 1 ]]; then
                _maskstream "${@}"
                commands=("${COMPREPLY[@]}")
            fi
            local -ar all=("${COMP_WORDS[0]}" run "${COMP_WORDS[@]:1}")
            local -r line="${COMP_WORDS[0]} run${COMP_LINE#"${COMP_WORDS[0]}"}"
            local -ir at="$((COMP_CWORD + 1))" point="$((COMP_POINT + 4))"
            local -a COMP_WORDS=("${all[@]}")
            local COMP_LINE="${line}" COMP_CWORD="${at}" COMP_POINT="${point}"
            COMPREPLY=()
            _maskstream "${1}" "${2}" "${all[at - 1]}"
            local command
            for command in "${commands[@]}"; do
                [[ " ${COMPREPLY[*]} " = *" ${command} "* ]] || COMPREPLY+=("${command}")
            done
        }

        complete -o filenames -F _maskstream_or_run maskstream
        """

    private static let zshEnd = "if [[ \"${funcstack[1]}\" = _maskstream ]]; then"
    private static let zshRule = """
        functions[_maskstream_explicit]="${functions[_maskstream]}"
        _maskstream() {
            local -i ret=1
            if [[ CURRENT -eq 2 ]]; then
                _maskstream_explicit "${@}" && ret=0
                [[ "${PREFIX}" = -* ]] || _files && ret=0
                [[ "${PREFIX}" = -* ]] || return "${ret}"
            elif [[ "${words[2]}" = (\(commands.joined(separator: "|"))) ]]; then
                _maskstream_explicit "${@}"
                return
            fi
            words=("${words[1]}" run "${(@)words[2,-1]}")
            ((CURRENT++))
            _maskstream_explicit "${@}" && ret=0
            return "${ret}"
        }


        """

    private static let fishTokens = "set -l unparsed_tokens (__maskstream_tokens -pc)"
    private static let fishRule = """

            if set -q unparsed_tokens[2]; and not contains -- $unparsed_tokens[2] \(list)
                set unparsed_tokens $unparsed_tokens[1] run $unparsed_tokens[2..]
            end
        """
    private static let fishFirst =
        "__maskstream_should_offer_completions_for_positional \"maskstream\" -eq 1"
}
