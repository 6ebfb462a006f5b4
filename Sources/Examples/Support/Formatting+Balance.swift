package import MoE

/// A warning as a sentence, with experts counted from one as in tables.
///
/// - Parameters:
///   - warning: What is wrong with a routing.
///   - name: What an expert is called; by its number unless given.
/// - Returns: The sentence, without an end of line.
package func format(
  _ warning: BalanceReport.Warning, name: (Int) -> String = { "expert \($0 + 1)" }
) -> String {
  switch warning {
  case .starving(let expert, let share):
    "Warning: \(name(expert)) starves, with \(format(share: share)) of its even share."
  case .collapse(let expert, let ratio):
    "Warning: routing collapses; \(name(expert)) has \(format(decimals: ratio)) times the mean load."
  case .dropping(let share):
    "Warning: \(format(share: share)) of the routes are dropped."
  }
}
