/// The condition that a row, which the statement finds by its key, is in a state.
///
/// Where a partial index holds the rows of that state, the planner may take it instead of the key's
/// and look for the row in all of it: a plan made while a queue was empty then reads every row that
/// waits, and thousands that did, for each that ends. So the condition is written as no index has
/// it.
///
/// - Parameter table: the table's name in the statement and a dot, where it is needed.
func keyedState(_ table: String = "", is state: String) -> String {
    "\(table)state || '' = '\(state)'"
}
