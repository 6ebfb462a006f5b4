/// A plan in words: an enumeration as it prints, its nested cases without the names of their types.
///
/// - Parameter plan: The plan.
/// - Returns: For example `noisy(.linear(bias: false))`.
func planText(_ plan: some Any) -> String {
  "\(plan)".replacing(#/\bMoE\.(\w+\.)+/#, with: ".")
}
