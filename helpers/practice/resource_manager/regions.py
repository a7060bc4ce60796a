"""Where groups and vaults can be: the regions of the public cloud ("Azure regions" in its documentation)."""

# The names as people read them. Without spaces and capitals they are what requests call them.
REGIONS = {
    name.replace(" ", "").lower(): name
    for name in (
        *("Australia Central", "Australia East", "Australia Southeast", "Austria East", "Belgium Central"),
        *("Brazil South", "Canada Central", "Canada East", "Central India", "Central US", "Chile Central", "East Asia"),
        *("East US", "East US 2", "France Central", "Germany West Central", "Indonesia Central", "Israel Central"),
        *("Italy North", "Japan East", "Japan West", "Korea Central", "Korea South", "Malaysia West", "Mexico Central"),
        *("New Zealand North", "North Central US", "North Europe", "Norway East", "Poland Central", "Qatar Central"),
        *("South Africa North", "South Central US", "South India", "Southeast Asia", "Spain Central"),
        *("Sweden Central", "Switzerland North", "UAE North", "UK South", "UK West", "West Central US", "West Europe"),
        *("West India", "West US", "West US 2", "West US 3"),
    )
}


def canonical(location: str) -> str | None:
    """A region's name as requests have it; None if there is no such region."""
    name = location.replace(" ", "").lower()
    return name if name in REGIONS else None
