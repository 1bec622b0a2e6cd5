import ArgumentParser
import Foundation
import MaskStream

extension CommandLineCheck {
    /// Looks at the program's own command line.
    static var ofProgram: CommandLineCheck {
        CommandLineCheck(CommandLine.words) { try CommandDeclaration(of: Maskstream.self) }
    }
}

extension ExitStatus {
    /// Prints an error where one is due and ends the program.
    static func exit(with error: any Error) -> Never {
        if let failure = maskStreamError(error) {
            report(failure)
            Foundation.exit(failure.code.rawValue)
        }
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        let code = Maskstream.exitCode(for: error)
        guard code != .success else {
            do { try Console.output(Maskstream.fullMessage(for: error)) } catch {
                exit(with: error)
            }
            Foundation.exit(0)
        }
        report(CommandLineCheck.ofProgram.error(Maskstream.message(for: error)))
        Foundation.exit(MaskStreamError.Code.usage.rawValue)
    }
}
