// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // `Tensor.scalars` returns a span that borrows the tensor.
  .enableExperimentalFeature("Lifetimes"),
]

/// Tests are optimised file by file: as one module they would take longer to compile, on one core,
/// than everything else together.
let testSettings =
  settings + [
    .unsafeFlags(
      ["-no-whole-module-optimization", "-enable-batch-mode"], .when(configuration: .release))
  ]

let package = Package(
  name: "swift-moe",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "MoE", targets: ["MoE"]),
    .executable(name: "text-classification", targets: ["TextClassification"]),
    .executable(name: "compare-routing", targets: ["CompareRouting"]),
    .executable(name: "language-model", targets: ["LanguageModel"]),
    .executable(name: "inspect-moe", targets: ["InspectMoE"]),
    .executable(name: "moe-benchmarks", targets: ["Benchmarks"]),
  ],
  targets: [
    .target(name: "MoE", swiftSettings: settings),
    // What the examples have in common.
    .target(
      name: "ExampleSupport",
      dependencies: ["MoE"],
      path: "Sources/Examples/Support",
      swiftSettings: settings),
    // Labelled texts and images, as the examples that classify read them.
    .target(
      name: "ExampleData",
      dependencies: ["MoE", "ExampleSupport"],
      path: "Sources/Examples/Data",
      swiftSettings: settings),
    .executableTarget(
      name: "TextClassification",
      dependencies: ["MoE", "ExampleSupport", "ExampleData"],
      path: "Sources/Examples/TextClassification",
      swiftSettings: settings),
    .executableTarget(
      name: "CompareRouting",
      dependencies: ["MoE", "ExampleSupport", "ExampleData"],
      path: "Sources/Examples/CompareRouting",
      swiftSettings: settings),
    .executableTarget(
      name: "LanguageModel",
      dependencies: ["MoE", "ExampleSupport"],
      path: "Sources/Examples/LanguageModel",
      swiftSettings: settings),
    .executableTarget(
      name: "InspectMoE",
      dependencies: ["MoE", "ExampleSupport"],
      path: "Sources/Examples/InspectMoE",
      swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: ["MoE"],
      path: "Tests/Support",
      swiftSettings: settings),
    // Parts as users of the library write them, who see what is public and no more.
    .target(
      name: "OwnParts",
      dependencies: ["MoE"],
      path: "Tests/OwnParts",
      packageAccess: false,
      swiftSettings: settings),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["MoE", "OwnParts", "TestSupport"],
      path: "Tests/Benchmarks",
      swiftSettings: settings),
    .testTarget(
      name: "MoETests",
      dependencies: [
        "MoE", "TestSupport", "ExampleSupport", "ExampleData", "TextClassification",
        "CompareRouting", "LanguageModel", "InspectMoE",
      ],
      exclude: ["Fixtures"],
      swiftSettings: testSettings),
    .testTarget(
      name: "PublicAPITests",
      dependencies: ["MoE", "OwnParts"],
      packageAccess: false,
      swiftSettings: testSettings),
  ],
  swiftLanguageModes: [.v6]
)
