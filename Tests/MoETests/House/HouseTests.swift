import Foundation
import Testing

/// The direction of the house: a folder uses types of the folders below it alone.
@Suite struct HouseTests {
  /// The folders of the library, the lowest first.
  static let folders = [
    "Support", "Random", "Kernels", "Tensor", "Layers", "Experts", "Routing", "Balancing",
    "MixtureOfExperts", "Models", "Configurations", "Training", "Checkpoints", "Trainer",
    "Reports",
  ]
  /// Pairs of which neither knows the other.
  static let strangers = [["Experts", "Routing"]]

  /// The parts of a router, which know the files of `Routing` itself and not each other.
  static let routingParts = ["Gates", "Scores", "Selectors", "Weightings", "Capacity"]
  /// What is made of the parts, the lower first: compositions, and the router that runs one.
  static let compositions = ["Strategies", "Router"]

  /// What the sources do against the direction of their folders.
  static func violations(in sources: SourceFiles) -> [String] {
    sources.uses { $0.count > 1 ? $0[0] : nil }.filter { from, to, _ in
      guard let user = folders.firstIndex(of: from), let used = folders.firstIndex(of: to) else {
        return false
      }
      return used > user || strangers.contains { $0.contains(from) && $0.contains(to) }
    }.map { "\($0.use)" }
  }

  /// What the parts of a router do that they should not: know each other, or what is made of them.
  static func routingViolations(in sources: SourceFiles) -> [String] {
    sources.uses { path in
      guard path.first == "Routing" else { return nil }
      return path.count > 2 ? path[1] : ""
    }.filter { from, to, _ in
      if let user = compositions.firstIndex(of: from) {
        return compositions.firstIndex(of: to) ?? 0 > user
      }
      return compositions.contains(to) || (routingParts.contains(to) && to != from)
    }.map { "\($0.use)" }
  }

  /// The code of a made-up file.
  private static func file(_ path: String, _ text: String) -> SourceFiles.File {
    SourceFiles.File(path: path.split(separator: "/").map(String.init), text: text)
  }

  @Test func everyFolderHasAPlace() {
    let folders = Set(SourceFiles.library.files.filter { $0.path.count > 1 }.map { $0.path[0] })
    #expect(folders.subtracting(Self.folders).isEmpty)
    // Else there would be nothing to look at.
    #expect(folders.count > 5 && SourceFiles.library.files.count > 100)
  }

  @Test func foldersUseThoseBelowThem() {
    let violations = Self.violations(in: .library)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test func partsOfRoutingDoNotKnowEachOther() {
    let violations = Self.routingViolations(in: .library)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  /// Pointers are followed where memory is made and where kernels run, and nowhere else; a file is
  /// renamed by the system's function, which takes paths as pointers.
  @Test func unsafeStandsInKernelsAndTensor() {
    let files = SourceFiles.library.files.filter { $0.isUnsafe }.map(\.path)
    let others = files.filter { $0[0] != "Kernels" && $0[0] != "Tensor" }
    #expect(others == [["Checkpoints", "WholeFile.swift"]])
    #expect(Set(files.map { $0[0] }).isSuperset(of: ["Kernels", "Tensor"]))
  }

  @Test func violationsAreFound() {
    let files = [
      Self.file("Tensor/Tensor.swift", "public struct Tensor {}"),
      Self.file("Layers/Linear.swift", "public struct Linear {\n  var weight: Tensor\n}"),
      Self.file("Experts/Group.swift", "package protocol Group {}\nlet map: Linear"),
      Self.file("Routing/Router.swift", "final class Router {}"),
    ]
    #expect(Self.violations(in: SourceFiles(files: files)).isEmpty)
    let against = Self.file("Tensor/Tensor+Map.swift", "extension Tensor { let linear: Linear }")
    #expect(
      Self.violations(in: SourceFiles(files: files + [against]))
        == ["Tensor/Tensor+Map.swift uses Linear of Layers/Linear.swift"])
    let strange = Self.file("Routing/Known.swift", "let group: any Group")
    #expect(
      Self.violations(in: SourceFiles(files: files + [strange]))
        == ["Routing/Known.swift uses Group of Experts/Group.swift"])
    let innocent = Self.file(
      "Tensor/Innocent.swift",
      "import Linear\n/// As ``Linear``.\nlet name = \"Linear \\\"Linear\\\"\"  // Linear\nlet text = \"\"\"\n  Linear\n  \"\"\"\n"
    )
    #expect(Self.violations(in: SourceFiles(files: files + [innocent])).isEmpty)
  }

  @Test func violationsInsideRoutingAreFound() {
    let files = [
      Self.file("Routing/Routing.swift", "struct Routing {}"),
      Self.file("Routing/Gates/Gate.swift", "protocol Gate { var routing: Routing { get } }"),
      Self.file("Routing/Scores/Score.swift", "protocol Score {}"),
      Self.file("Routing/Strategies/Strategy.swift", "struct Strategy { let gate: any Gate }"),
    ]
    #expect(Self.routingViolations(in: SourceFiles(files: files)).isEmpty)
    let across = Self.file("Routing/Scores/Other.swift", "let gate: any Gate")
    let upwards = Self.file("Routing/Plan.swift", "let strategy: Strategy")
    #expect(
      Self.routingViolations(in: SourceFiles(files: files + [across, upwards])) == [
        "Routing/Scores/Other.swift uses Gate of Routing/Gates/Gate.swift",
        "Routing/Plan.swift uses Strategy of Routing/Strategies/Strategy.swift",
      ])
  }
}
